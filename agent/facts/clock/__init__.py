"""Is the time right, and by whom: one file a system."""
