"""Tables of alerts, as they came to be."""
