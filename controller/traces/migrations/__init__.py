"""Tables of traces, as they came to be."""
