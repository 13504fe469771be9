"""Which release of the controller is this? tests/house/test_version.py holds it to pyproject."""

VERSION = "0.1.0"
"""The release that the controller says is the one that is packed."""
