"""What may keep a controller from its work? One function a cause; index.py is their list."""
