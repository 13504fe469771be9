"""What payloads are packed with, by number: one file each, and none is ever taken away."""
