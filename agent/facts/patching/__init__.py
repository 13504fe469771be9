"""Which security patches are missing: what apt says, how fresh that is, and what looks after it."""
