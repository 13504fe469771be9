"""By what may somebody work on this machine from elsewhere: one file a system."""
