"""Every question that a machine can be asked, one file a topic; index.py is the list."""
