"""Registers say what is open: clocks from discovery, three copies, people who still have access."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.paperwork.registers import backups, incidents, people, restore_tests, vendors
from controller.paperwork.registers.incidents import clock
from controller.paperwork.registers.index import BY_ID, REGISTERS

TODAY = date(2026, 11, 22)
MARCH_3 = "2026-03-03"


def days(**values: object) -> dict[str, date]:
    return {field: day for field, _, day in clock({"discovered_on": MARCH_3, **values})}


def words(register, values: dict, today: date = TODAY) -> list[tuple[str, str]]:
    return [(mark.shape, mark.word) for mark in register.REGISTER.marks(values, today)]


def test_those_affected_are_told_within_sixty_days_of_discovery() -> None:
    assert days(affected=3, happened_on="2026-01-01")["told_individuals"] == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("affected", "hhs"),
    [(499, date(2027, 3, 1)), (500, date(2026, 5, 2)), (None, date(2026, 5, 2))],
)
def test_hhs_is_told_by_the_number_of_people(affected: int | None, hhs: date) -> None:
    assert days(affected=affected)["told_hhs"] == hhs


@pytest.mark.parametrize(("affected", "is_told"), [(500, False), (501, True), (None, True)])
def test_the_media_are_told_of_more_than_five_hundred(affected: int | None, is_told: bool) -> None:
    assert ("told_media" in days(affected=affected)) is is_told


def test_a_state_may_be_sooner_and_is_typed_in() -> None:
    assert days(state_deadline="2026-04-02")["told_state"] == date(2026, 4, 2)


def test_law_enforcement_may_hold_a_notice_back() -> None:
    assert days(affected=3, held_until="2026-08-01")["told_individuals"] == date(2026, 8, 1)


def test_a_documented_low_probability_needs_no_notice() -> None:
    assert days(assessment="low_probability") == {}


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 100_000))
def test_not_knowing_how_many_is_never_later_than_knowing(found: date, affected: int) -> None:
    known = {"discovered_on": found.isoformat()}
    unknown = {field: day for field, _, day in clock(known)}

    assert all(unknown[field] <= day for field, _, day in clock({**known, "affected": affected}))


def test_a_late_notice_says_so_and_one_that_was_given_is_silent() -> None:
    late = {"discovered_on": MARCH_3, "affected": 3, "assessment": "notify"}

    assert words(incidents, late)[0] == (
        "expired",
        "tell those affected (164.404): late since 2026-05-02",
    )
    told = {**late, "told_individuals": "2026-04-01"}
    assert words(incidents, told) == [("due", "tell HHS (164.408) by 2027-03-01")]


@pytest.mark.parametrize(
    ("left", "ended", "said"),
    [
        (None, None, []),
        ("2026-12-01", None, []),
        ("2026-11-22", None, [("due", "access to be ended by 2026-11-23")]),
        ("2026-11-20", None, [("expired", "access to be ended: late since 2026-11-21")]),
        ("2026-11-20", "2026-11-20", [("pass", "access ended 2026-11-20")]),
    ],
)
def test_access_ends_within_a_day_of_the_last_one(left, ended, said) -> None:
    assert words(people, {"left": left, "access_ended": ended}) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"reaches_images": "yes"}, ("fail", "in use, no agreement on file")),
        ({"reaches_images": "unknown"}, ("fail", "in use, no agreement on file")),
        ({"reaches_images": "no"}, ("not-applicable", "reaches no images")),
        (
            {"reaches_images": "yes", "agreement_signed": "2026-01-01"},
            ("pass", "agreement of 2026-01-01"),
        ),
        (
            {"agreement_signed": "2026-01-01", "agreement_ends": "2026-12-01"},
            ("due", "the agreement ends by 2026-12-01"),
        ),
    ],
)
def test_a_vendor_needs_an_agreement(values: dict, said: tuple[str, str]) -> None:
    assert words(vendors, values) == [said]


def copies(*kinds: tuple[str, bool]) -> list[str]:
    all_ = [{"medium": medium, "offsite": away, "immutable": False} for medium, away in kinds]
    return [mark.shape for mark in backups.REGISTER.sums(all_, TODAY)]


@pytest.mark.parametrize(
    ("kinds", "shapes"),
    [
        ((), ["fail", "fail", "fail"]),
        ((("nas", False),), ["fail", "pass", "fail"]),
        ((("disk", False), ("disk", True)), ["pass", "fail", "pass"]),
        ((("nas", False), ("cloud", True)), ["pass", "pass", "pass"]),
    ],
)
def test_three_copies_on_two_media_one_away_are_counted(kinds, shapes) -> None:
    assert copies(*kinds) == shapes


@pytest.mark.parametrize(
    ("done", "shape"),
    [([], "expired"), (["2026-08-01"], "expired"), (["2026-09-01"], "due"),
     (["2026-01-01", "2026-11-01"], "pass"), (["2027-11-01"], "expired")],
)  # fmt: skip
def test_a_restore_test_is_due_after_ninety_days(done: list[str], shape: str) -> None:
    (mark,) = restore_tests.REGISTER.sums([{"done": day} for day in done], TODAY)

    assert mark.shape == shape


@pytest.mark.parametrize("register", REGISTERS, ids=lambda one: one.id)
def test_every_register_is_whole(register) -> None:
    names = [field.name for field in register.fields]

    assert len(set(names)) == len(names)
    assert register.name_field in names
    assert BY_ID[register.id] is register
    assert register.marks(dict.fromkeys(names), TODAY) is not None
