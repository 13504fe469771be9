"""What several probes ask in the same way."""
