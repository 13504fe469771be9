"""Does the machine speak SMB, and how old and how open a kind of it: one file a system."""
