"""What the line of a rule shows is what its spans say, summed over clinics."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.findings import days, rule_days
from controller.findings.day_models import WHOLE, ClinicDay, RuleDay
from controller.findings.rule_days import Day
from controller.findings.scores import Tally
from controller.pages.charts import chart
from controller.policy.models import Rule
from controller.tenants.scope import Place
from tests.controller.clinic import MORNING, Machine, Server, verdict

LATER = MORNING + timedelta(days=4)
TODAY = MORNING.date()


@pytest.fixture
def nas(server: Server) -> Machine:
    machine = server.machine("NAS-1", presence="always_on")
    machine.seal(machine.full(verdict("volumes-encrypted"), verdict("screen-locks", "fail")))
    machine.sync(*machine.sealed)
    return machine


def number(server: Server, name: str) -> int:
    return int(Rule.objects.at(server.clinic.place).get(name=name).rule_no)


def line(server: Server, name: str, now: datetime = LATER) -> list[tuple[int, int, int, int]]:
    """By day of the month: failing, stale, proven."""
    place = server.clinic.place.clinic(server.clinic.id)
    found = rule_days.trend(place, number(server, name), now, days.KEPT)
    return [(one.day.day, one.failing, one.stale, one.proven) for one in found]


def test_each_rule_has_its_own_days(server: Server, nas: Machine) -> None:
    server.now = datetime(2026, 11, 23, 23, 50, tzinfo=MORNING.tzinfo)
    nas.sync()
    days.fill(server.clinic.org, MORNING + timedelta(days=2))

    assert line(server, "volumes-encrypted") == [(23, 0, 0, 1), (24, 0, 1, 0)]
    assert line(server, "screen-locks") == [(23, 1, 0, 0), (24, 1, 0, 0)]


def test_the_days_of_its_rules_are_the_day_of_the_clinic(server: Server, nas: Machine) -> None:
    days.fill(server.clinic.org, LATER)
    whole = Place(server.clinic.org)

    for row in ClinicDay.objects.at(whole):
        rules = RuleDay.objects.at(whole).get(day=row.day, clinic_id=row.clinic_id).rules
        sums = [sum(one) for one in zip(*rules.values(), strict=True)]
        assert sums == [row.failing, row.error, row.unknown, row.stale, row.proven]


def test_days_written_anew_say_the_same_of_each_rule(server: Server, nas: Machine) -> None:
    days.fill(server.clinic.org, LATER)
    before = list(RuleDay.objects.at(server.clinic.place).order_by("day").values())

    days.again(server.clinic.org, LATER)

    assert list(RuleDay.objects.at(server.clinic.place).order_by("day").values()) == before


def test_who_is_killed_between_two_days_leaves_no_day_without_its_sum(
    server: Server, nas: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is lost when the second day is asked for, as SIGKILL would have it."""
    asked = days.at_end

    def lost(place: Place, at: datetime) -> dict[UUID, dict[int, Tally]]:
        if RuleDay.objects.at(server.clinic.place).exists():
            raise ConnectionError
        return asked(place, at)

    monkeypatch.setattr(days, "at_end", lost)
    with pytest.raises(ConnectionError):
        days.fill(server.clinic.org, LATER)

    rows = RuleDay.objects.at(Place(server.clinic.org))
    assert {row.day for row in rows.exclude(clinic_id=WHOLE)} == {
        row.day for row in rows.filter(clinic_id=WHOLE)
    }
    assert rows.exists()


counts = st.builds(Tally, *[st.integers(0, 9)] * 5)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(
    written=st.dictionaries(
        st.tuples(st.integers(0, 2), st.integers(1, 4)),
        st.dictionaries(st.integers(1, 3), counts, max_size=3),
        max_size=9,
    )
)
def test_all_clinics_come_to_the_sum_of_each(
    written: dict[tuple[int, int], dict[int, Tally]],
) -> None:
    org, clinics = uuid4(), [uuid4() for _ in range(3)]
    for (clinic, ago), rules in written.items():
        rule_days.write(org, clinics[clinic], TODAY - timedelta(days=ago), rules)
    for day in {TODAY - timedelta(days=ago) for _, ago in written}:
        rule_days.sum_up(org, day)
    now = MORNING + timedelta(days=2)

    for rule in (1, 2, 3):
        whole = rule_days.trend(Place(org), rule, now, days.KEPT)
        parts = rule_days.trend(Place(org, frozenset(clinics)), rule, now, days.KEPT)
        assert whole == parts
        told = {
            ago: [
                one for (_, at), rules in written.items() if at == ago for one in [rules.get(rule)]
            ]
            for ago in range(1, 5)
        }
        judged = {
            TODAY - timedelta(days=ago): sum(one.checks for one in found if one)
            for ago, found in told.items()
            if any(one is not None and one.checks for one in found)
        }
        assert {one.day: one.judged for one in whole} == judged


@pytest.mark.django_db
def test_of_several_clinics_a_day_is_told_when_it_is_over_everywhere() -> None:
    org, clinic = uuid4(), uuid4()
    rule_days.write(org, clinic, TODAY, {1: Tally(failing=1)})
    rule_days.sum_up(org, TODAY)
    noon_after = datetime(TODAY.year, TODAY.month, TODAY.day + 1, 12, tzinfo=MORNING.tzinfo)

    def told(place: Place, now: datetime) -> int:
        return len(rule_days.trend(place, 1, now, days.KEPT))

    early = noon_after - timedelta(minutes=1)
    assert [told(Place(org), at) for at in (early, noon_after)] == [0, 1]
    assert told(Place(org, frozenset({clinic})), early) == 1


@pytest.mark.django_db
def test_what_no_page_shows_is_dropped() -> None:
    org, clinic = uuid4(), uuid4()
    for ago in (1, 200):
        rule_days.write(org, clinic, TODAY - timedelta(days=ago), {1: Tally(failing=1)})

    rule_days.drop(org, TODAY - days.KEPT)

    assert RuleDay.objects.at(Place(org)).count() == 1


def _day(ago: int, failing: int = 1) -> Day:
    return Day(date(2026, 11, 23) - timedelta(days=ago), failing, 0, 2, 0, 7)


def test_a_chart_breaks_where_nothing_is_known() -> None:
    drawn = chart([_day(9), _day(8), _day(4), _day(1), _day(0, failing=3)])

    assert drawn is not None
    assert (drawn.width, drawn.most) == (9, 5)
    assert drawn.failing == ("0,80.0 1,80.0", "5,80.0 5,80.0", "8,80.0 9,40.0")
    assert drawn.not_proven[-1] == "8,40.0 9,0.0"
    assert [one.day.day for one in drawn.newest_first] == [23, 22, 19, 15, 14]


def test_of_no_day_there_is_no_chart() -> None:
    assert chart([]) is None
    assert UUID(int=0) == rule_days.WHOLE
