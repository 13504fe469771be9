"""What is logged here, and how far back does the log reach: one file a system."""
