"""Which lists does a practice keep? One file a list."""
