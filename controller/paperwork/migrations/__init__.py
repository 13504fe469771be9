"""Tables of paperwork, as they came to be."""
