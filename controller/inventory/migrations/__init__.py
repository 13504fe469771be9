"""Tables of inventory, as they came to be."""
