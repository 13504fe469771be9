"""North Quay IT, with a home that keeps books."""

from pathlib import Path

import pytest

from tests.controller import bright_smiles


@pytest.fixture
def north_quay(db, tmp_path: Path, settings) -> bright_smiles.Practice:
    home = bright_smiles.new_home(tmp_path / "controller")
    settings.HOME = home.root
    return bright_smiles.practice(home)
