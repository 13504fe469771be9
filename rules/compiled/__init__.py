"""A rule as a machine gets it: typed trees with places, in one canonical JSON file a pack."""
