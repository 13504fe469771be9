"""Which services run, or may start: one file a system."""
