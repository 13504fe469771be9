"""Which is the weakest TLS that this machine's own settings allow: one file a system."""
