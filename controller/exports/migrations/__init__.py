"""Tables of exports, as they came to be."""
