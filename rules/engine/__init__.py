"""The machine's side: a compiled pack and facts in, verdicts with their reasons out."""
