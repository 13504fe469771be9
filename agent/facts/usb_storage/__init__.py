"""What meets a USB disk that is plugged in now: one file a system."""
