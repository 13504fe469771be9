"""`dentinel-controller`: the server's life, from its own shell."""
