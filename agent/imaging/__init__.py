"""What lies in the imaging folders, and may anybody read it? Bytes to verdict, folder to ledger."""
