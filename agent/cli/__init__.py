"""The command `dentinel`: one file a group, each command one line in app.py."""
