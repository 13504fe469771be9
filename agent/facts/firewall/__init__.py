"""Is inbound traffic filtered now: one file a system."""
