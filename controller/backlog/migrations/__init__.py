"""Tables of backlog, as they came to be."""
