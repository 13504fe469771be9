"""How a machine joins a controller."""
