"""What is wrong now, since when, and how it was on any day."""
