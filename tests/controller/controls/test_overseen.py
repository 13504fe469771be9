"""What people said counts from what was known at that moment, and silence is no pass."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from controller.controls import overseen
from controller.controls.catalogue import catalogue, span
from controller.controls.overseen import Desk
from controller.errors import HomeProblem
from controller.oversight import scorecards
from controller.oversight.book import Kept
from controller.oversight.models import Record
from controller.tenants.models import Clinic

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = NOON - 800 * DAY


def desk(*rows: Record, made_at: datetime = OLD, at: datetime = NOON) -> Desk:
    clinic = Clinic(id=uuid4(), name="Bright Smiles", time_zone="America/New_York", made_at=made_at)
    return Desk(clinic, Kept(rows), at)


def said(control: str, of: Desk) -> tuple[str, str]:
    part = overseen.part(control, of)
    assert part is not None
    return part.state, part.words


def review(made: int, found: str = "proven") -> Record:
    """Evidence made so many days ago was reviewed the day after."""
    at = NOON - made * DAY
    data = {"found": found, "made_at": at.isoformat()}
    return Record(kind="review", about="x", data=data, made_by="lee", made_at=at + DAY)


def card(month: str, ago: int) -> Record:
    made_at = NOON - ago * DAY
    return Record(kind="scorecard", about=month, made_by="controller", made_at=made_at)


def answer(month: str, ago: int) -> Record:
    return Record(kind="acknowledgement", about=month, made_by="lee", made_at=NOON - ago * DAY)


def test_the_policy_is_that_of_the_table() -> None:
    assert span("RSK-03", "acknowledged_within") == scorecards.WITHIN
    assert span("GOV-04", "reviewed_within") == 365 * DAY
    with pytest.raises(HomeProblem):
        span("GOV-04", "by_then")


def test_what_is_asked_is_the_controllers_to_check() -> None:
    asked = {one.id for one in catalogue().controls if "C" in one.mode}

    assert set(overseen.SAID) <= asked


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ((), "expired"),
        ((review(10),), "pass"),
        ((review(10, "incomplete"),), "pass"),
        ((review(10, "false"),), "fail"),
        ((review(340),), "due"),
        ((review(366),), "expired"),
        ((review(400, "false"), review(2)), "pass"),
        ((review(2), review(400, "false")), "pass"),
    ],
)
def test_evidence_counts_for_a_year_from_its_making(rows: tuple[Record, ...], state: str) -> None:
    assert said("GOV-04", desk(*rows))[0] == state


def test_a_new_clinic_has_not_failed_to_review() -> None:
    new = desk(made_at=NOON - 9 * DAY)

    assert said("GOV-04", new) == ("unknown", "nobody has reviewed signed evidence here.")


def test_a_role_that_nobody_recorded_is_unknown() -> None:
    assert said("GOV-06", desk())[0] == "unknown"


def test_the_newest_role_stands_with_who_recorded_it() -> None:
    rows = [
        Record(kind="role", data={"role": role}, made_by="kim", made_at=NOON - ago * DAY)
        for role, ago in (("business_associate", 9), ("covered_entity", 2))
    ]

    assert said("GOV-06", desk(*rows)) == (
        "pass",
        "covered entity, recorded on 2026-11-21 by kim.",
    )


@pytest.mark.parametrize(
    ("rows", "state", "word"),
    [
        ((), "unknown", "none was made yet"),
        ((card("2026-10", 22),), "due", "waits for the owner until 2026-12-06"),
        ((card("2026-10", 22), answer("2026-10", 2)), "pass", "2026-10 was acknowledged."),
        (
            (card("2026-09", 53), card("2026-10", 22)),
            "expired",
            "2026-09 was not acknowledged by 2026-11-05",
        ),
        ((card("2026-09", 53), answer("2026-09", 2)), "fail", "no scorecard of 2026-10 was made"),
        (
            (card("2026-09", 53), card("2026-10", 22), answer("2026-09", 3), answer("2026-10", 2)),
            "pass",
            "1 of 2 late",
        ),
    ],
)
def test_open_and_late_scorecards_count(rows: tuple[Record, ...], state: str, word: str) -> None:
    found = said("RSK-03", desk(*rows))

    assert found[0] == state
    assert word in found[1]


def test_in_the_first_days_of_a_month_its_scorecard_may_still_come() -> None:
    first = datetime(2026, 12, 1, 12, tzinfo=UTC)
    rows = (card("2026-10", 22), answer("2026-10", 2))

    assert said("RSK-03", desk(*rows, at=first))[0] == "unknown"
