"""Tables of ledger, as they came to be."""
