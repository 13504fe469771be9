"""Is each volume encrypted, with its protection on: one file a system."""
