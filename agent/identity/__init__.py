"""Who this machine is to its controller, and whom it believes."""
