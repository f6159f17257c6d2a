"""What is kept, what equals what, and how it is found. Imports nothing of `crawler` or `monitors`."""
