"""What a rule author keeps and signs: keys, roots, targets, and the file that is handed over."""
