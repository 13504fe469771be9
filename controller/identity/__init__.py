"""The controller's own folder and keys."""
