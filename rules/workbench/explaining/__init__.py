"""What `rules explain` is made of: terms, entries, origins, and how they stand in 80 columns."""
