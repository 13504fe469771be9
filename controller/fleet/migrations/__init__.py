"""Tables of fleet, as they came to be."""
