"""What the tests of packages share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder of packages that were built to be tried."""
    folder = os.environ.get("DENTINEL_PACKAGES")
    if not folder:
        pytest.skip("DENTINEL_PACKAGES names no built packages: make try-packages")
    return Path(folder).absolute()
