"""Open evaluation: CEL without its checker, by the very functions that rules run."""
