"""What agents call: a bare ASGI door with one writer. No Django."""
