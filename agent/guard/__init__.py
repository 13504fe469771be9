"""The resident process: it watches folders, keeps the hours and starts errands. Nothing else."""
