"""Which rules there are, and in which packs."""
