"""What a rule author signs with: one file a verb of `dentinel pack`."""
