"""Reports sealed on this machine, and how they leave it."""
