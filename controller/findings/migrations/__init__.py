"""Tables of findings, as they came to be."""
