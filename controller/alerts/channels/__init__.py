"""The ways by which a message leaves: one file a channel."""
