"""What a file seems to be, and how it can be read."""
