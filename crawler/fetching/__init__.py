"""How an address is asked for: the only room that speaks to the network."""
