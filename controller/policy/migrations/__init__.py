"""Tables of policy, as they came to be."""
