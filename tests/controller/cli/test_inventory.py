"""`inventory import` tells what it would do, does it, and names every fault by its place."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import Result
from typer.testing import CliRunner

from controller.cli.app import app
from controller.identity.home import ControllerHome
from controller.inventory.models import Listed
from tests.controller.clinic import Clinic


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    with patch.dict(os.environ):
        yield


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    file = tmp_path / "devices.csv"
    file.write_text("Name;OS\nOP1;Windows 11\nOP2;Windows 11\n")
    return file


def types(home: ControllerHome, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(home.root), "inventory", "import", *words])


def test_a_dry_run_writes_nothing(
    home: ControllerHome, bright_smiles: Clinic, devices: Path
) -> None:
    done = types(home, str(devices), "--dry-run")

    assert "2 new and 0 known machines would be" in done.stdout
    assert Listed.objects.at(bright_smiles.place).count() == 0


def test_a_list_is_taken_over(home: ControllerHome, bright_smiles: Clinic, devices: Path) -> None:
    types(home, str(devices))
    again = types(home, str(devices))

    assert "0 new and 2 known machines are" in again.stdout
    assert Listed.objects.at(bright_smiles.place).count() == 2


def test_a_fault_is_told_with_its_place(home: ControllerHome, devices: Path) -> None:
    devices.write_text("Name;OS\nOP 1;Windows 11\n")
    done = types(home, str(devices))

    assert done.exit_code == 1
    assert f"{devices}:2:1: 'OP 1' is no name of a machine" in done.stdout
