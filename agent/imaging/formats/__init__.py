"""One file a family of formats; index.py lists them in the order in which they are asked."""
