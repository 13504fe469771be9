"""Tables of oversight, as they came to be."""
