"""When a month has ended where a clinic is, its scorecard is made, and never a second."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from controller.identity.home import ControllerHome
from controller.jobs.scorecards import make_all
from controller.oversight.models import Record
from controller.tenants.models import Clinic
from tests.controller import bright_smiles
from tests.controller.bright_smiles import Practice, add_clinic

EAST, WEST = "America/New_York", "America/Los_Angeles"
MIDNIGHT = datetime(2031, 3, 1, tzinfo=ZoneInfo(EAST))
HOUR = timedelta(hours=1)


@pytest.fixture
def two(db, tmp_path: Path, settings) -> Practice:
    """A clinic in the east and one in the west, both older than the month."""
    home = bright_smiles.new_home(tmp_path / "controller")
    settings.HOME = home.root
    there = bright_smiles.practice(home, stories=())
    add_clinic(home, there.org, "Bayview")
    Clinic.objects.at(there.place).filter(name="Bayview").update(time_zone=WEST)
    return there


def made(there: Practice, home: ControllerHome, at: datetime) -> list[str]:
    make_all(home, at)
    rows = Record.objects.at(there.place).select_related("clinic").order_by("clinic__name")
    return [f"{row.clinic.name} {row.about}" for row in rows]


def test_each_clinic_has_its_scorecard_after_its_own_midnight(two: Practice) -> None:
    home = two.home

    assert made(two, home, MIDNIGHT - timedelta(seconds=1)) == []
    assert made(two, home, MIDNIGHT) == ["Bright Smiles 2031-02"]
    both = ["Bayview 2031-02", "Bright Smiles 2031-02"]
    assert made(two, home, MIDNIGHT + 3 * HOUR) == both
    assert made(two, home, MIDNIGHT + 9 * HOUR) == both
