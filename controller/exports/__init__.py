"""What leaves the controller for auditors and tools."""
