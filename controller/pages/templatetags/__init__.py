"""The small words and shapes that templates are made of."""
