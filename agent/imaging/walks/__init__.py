"""How the structures of files are walked: bytes in, values out, within a budget."""
