"""Does the machine start only what it trusts: one file a system."""
