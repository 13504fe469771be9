"""What is installed, and which of it is dental software: one file a system."""
