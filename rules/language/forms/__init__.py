"""The keys of every form of file: one table a form, from which checker and JSON Schema come."""
