"""What was received, in order: envelopes, the log with its nodes and checkpoints, the audit."""
