"""The populations of a place as tables, to be sampled from."""
