"""What one practice, or one MSP, runs to see all its machines."""
