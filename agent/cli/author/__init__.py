"""What a rule author does: one file a verb of `dentinel rules`."""
