"""How a page is fetched, mended and read. May import `storage`, never `monitors`."""
