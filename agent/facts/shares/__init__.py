"""What is shared with other machines, and to whom: one file a system."""
