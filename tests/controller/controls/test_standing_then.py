"""What counts on the map on a past day is answered from what was on record then."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from controller.controls import standing
from controller.controls.scorecard import make
from controller.ledger.actions import By
from controller.oversight import roles
from controller.oversight.months import last_ended
from tests.controller import bright_smiles, overseen
from tests.controller.bright_smiles import DAY, NOW, Practice
from tests.controller.paperwork import papers

LATER = NOW + 3 * DAY


@pytest.fixture
def north_quay(db, tmp_path: Path, settings) -> Practice:
    home = bright_smiles.new_home(tmp_path / "controller")
    settings.HOME = home.root
    return bright_smiles.practice(home)


def states(there: Practice, at: datetime, *controls: str) -> list[str]:
    """What each of these said, as it was known at that moment."""
    rows = {one.control.id: one for one in standing.as_of(there.clinic, at, LATER)}
    return [
        next(part.state for part in rows[control].parts if part.kind == "check")
        for control in controls
    ]


def test_what_was_said_later_was_not_known_before(north_quay: Practice) -> None:
    by = By(north_quay.dr_lee.email, "", NOW + DAY)
    made = overseen.bundle(north_quay)
    month = last_ended(NOW, ZoneInfo(north_quay.clinic.time_zone)).name
    card = overseen.scorecard(north_quay, month)
    roles.set_role(north_quay.home, north_quay.clinic, "covered_entity", by)
    overseen.reviewed(north_quay, made, NOW + DAY)
    overseen.acknowledged(north_quay, card, DAY)

    asked = ("GOV-04", "GOV-06", "RSK-03")
    assert states(north_quay, NOW + timedelta(hours=1), *asked) == ["unknown", "unknown", "due"]
    assert states(north_quay, NOW + 2 * DAY, *asked) == ["pass", "pass", "pass"]


def test_a_goal_that_was_set_later_was_none_before(north_quay: Practice) -> None:
    before = NOW - timedelta(seconds=1)
    papers.listed(north_quay, "recovery-goals", system="Sidexis", recovery_time="4h")

    assert states(north_quay, before, "BAK-07", "MED-05") == ["unknown", "not-applicable"]
    words = standing.as_of(north_quay.clinic, LATER, LATER)
    (found,) = [one for one in words if one.control.id == "BAK-07"]
    assert "Sidexis: no restore test" in " ".join(part.words for part in found.parts)


def test_a_scorecard_is_made_once_with_all_ten_figures(north_quay: Practice) -> None:
    north_quay.clinic.made_at = NOW - 90 * DAY
    month = last_ended(NOW, ZoneInfo(north_quay.clinic.time_zone))
    at = month.ends + timedelta(hours=1)

    first = make(north_quay.home, north_quay.clinic, at)
    again = make(north_quay.home, north_quay.clinic, at + DAY)

    assert first is not None
    assert (first.about, again) == (month.name, None)
    assert first.document.count('"MET-') == 10


def test_a_month_that_is_long_over_gets_no_scorecard(north_quay: Practice) -> None:
    north_quay.clinic.made_at = NOW - 90 * DAY
    month = last_ended(NOW, ZoneInfo(north_quay.clinic.time_zone))

    assert make(north_quay.home, north_quay.clinic, month.ends + 8 * DAY) is None
