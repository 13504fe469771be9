"""The machine through a keyhole: all that may be run, read, listed, looked at."""
