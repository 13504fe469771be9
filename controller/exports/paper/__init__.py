"""What is handed over on paper: a clinic in a period, for one reader."""
