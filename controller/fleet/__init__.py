"""Machines: who they are, how they join, when they were last heard of."""
