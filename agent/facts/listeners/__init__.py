"""What listens beyond loopback: one file a system."""
