"""What is fuzzed: one file a parser, and the visible list in index.py."""
