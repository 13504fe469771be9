"""What `dentinel doctor` looks at: one function a check, one line each in index.py."""
