"""Is an antivirus on, in real time, with fresh signatures: one file a system."""
