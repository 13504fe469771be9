"""How does a clinic stand against each control of rules/controls.yaml? No tables."""
