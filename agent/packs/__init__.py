"""Rules on their way to a machine, and in force there: fetched, checked, kept."""
