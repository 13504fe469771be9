"""Tables of tenants, as they came to be."""
