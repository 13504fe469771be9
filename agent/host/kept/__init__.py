"""What may be kept of what a machine answers, when somebody else will read it."""
