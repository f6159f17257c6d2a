"""What is watched, when, and who is told. May import `crawler` and `storage`."""
