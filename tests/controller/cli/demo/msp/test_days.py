"""When the story's computers speak, and what happens to them."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from controller.cli.demo.msp import days, plot
from controller.cli.demo.msp.cast import WARDS, Box, wards
from controller.cli.demo.msp.days import Span, What
from controller.cli.demo.msp.troubles import TROUBLES, Trouble
from controller.fleet.silence import Opening, due_by

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
WEEK = Span(NOW - timedelta(days=7), NOW)
EAST = "America/New_York"
OP1, PANO = Box("OP1", "operatory"), Box("PANO-01", "imaging_server")


def fulls(box: Box) -> int:
    return sum(what is What.FULL for _, what in days.moments(box, EAST, (), WEEK))


def test_a_server_reports_on_sundays_and_an_operatory_does_not() -> None:
    assert (fulls(PANO), fulls(OP1)) == (7, 5)


def test_nobody_is_unheard_for_eight_open_hours() -> None:
    spoken = sorted(at for at, _ in days.moments(OP1, EAST, (), WEEK))
    hours = Opening(
        EAST, {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    )

    due = [due_by(at, "working", hours) for at in spoken]

    assert all(after < by for by, after in zip(due, spoken[1:], strict=False))


def test_a_trouble_in_opening_hours_is_told_at_once() -> None:
    begun = NOW - timedelta(days=4)

    spoken = dict(days.moments(OP1, EAST, (Trouble("suspended", begun),), WEEK))

    assert spoken[begun + timedelta(minutes=3)] is What.CHANGE


@given(st.lists(st.floats(0.01, 6.9), max_size=5))
def test_nobody_speaks_twice_at_once_or_outside_of_the_story(ago: list[float]) -> None:
    troubles = tuple(Trouble("restart_due", NOW - timedelta(days=one)) for one in [*ago, *ago])

    spoken = [at for at, _ in days.moments(PANO, EAST, troubles, WEEK)]

    assert len(spoken) == len(set(spoken))
    assert all(WEEK.begins < at < WEEK.ends for at in spoken)


def test_the_same_seed_gives_the_same_days() -> None:
    told = [plot.troubles(WARDS[1], OP1, NOW, Random("7")) for _ in range(2)]

    assert told[0] == told[1]


def test_nothing_happens_at_the_perfect_practice() -> None:
    perfect = next(ward for ward in WARDS if ward.name == plot.PERFECT)

    assert not any(plot.troubles(perfect, box, NOW, Random("7")) for box in perfect.boxes)


def test_every_story_names_a_computer_and_a_trouble_that_are_there() -> None:
    hosts = {(ward.name, box.host) for ward in WARDS for box in ward.boxes}

    assert {(one.ward, one.host) for one in plot.STORIES} <= hosts
    assert {one.kind for one in plot.STORIES} <= TROUBLES.keys()
    assert {plot.SILENT[:2], plot.RENEWED[:2]} <= hosts


def test_twelve_practices_have_seventy_five_computers_and_as_many_as_are_asked_for() -> None:
    assert (len(WARDS), sum(len(ward.boxes) for ward in WARDS)) == (12, 75)
    assert len({ward.name for ward in wards(3)}) == 36


def test_a_practice_is_closed_at_night_by_its_own_clock() -> None:
    midnight_utc = datetime(2026, 11, 24, 0, tzinfo=UTC)

    assert days.is_on(OP1, midnight_utc - timedelta(hours=1), ZoneInfo("America/Los_Angeles"))
    assert not days.is_on(OP1, midnight_utc, ZoneInfo(EAST))
