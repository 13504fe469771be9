"""What was found, and how anyone can check it: bytes in, bytes out."""
