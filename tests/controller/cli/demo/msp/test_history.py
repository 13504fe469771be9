"""Three weeks at a real intake: everything that a controller keeps of them holds."""

from datetime import UTC, datetime

import pytest

from controller.cli.demo.msp import history, plot
from controller.cli.demo.msp.cast import WARDS, Box, Ward
from controller.cli.demo.msp.history import Story
from controller.cli.demo.msp.opening import Open
from controller.findings import rebuild
from controller.findings.models import ContactGap, Finding, RuleSpan, RuleState
from controller.fleet import queries as fleet
from controller.fleet.models import Machine
from controller.identity.home import ControllerHome
from controller.ledger import check as ledger
from controller.tenants.queries import orgs
from controller.tenants.scope import Place

NOW = datetime(2026, 12, 22, 15, tzinfo=UTC)
HARBOR = Ward("Harbor Dental", "America/New_York", (Box("FRONT1", "front_desk"),))
MISSION = Ward("Mission Street Dental", "America/New_York", (WARDS[10].boxes[-1],))
CEDAR = Ward("Cedar Park Orthodontics", "America/Chicago", WARDS[5].boxes[-2:])


@pytest.fixture
def story(home: ControllerHome, monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(plot, "DAYS", 21)
    begun = history.begin(Open(home, orgs().get()), (HARBOR, MISSION, CEDAR), NOW, seed=3)
    history.play(begun, [], lambda _done, _of: None)
    return begun


def machine(story: Story, ward: str, host: str) -> Machine:
    clinic = next(one.clinic for one in story.places if one.ward.name == ward)
    return Machine.objects.at(Place(story.opened.org.id)).get(clinic=clinic, host=host)


def test_chains_logs_and_derived_tables_hold(story: Story) -> None:
    home, org = story.opened.home, story.opened.org

    assert rebuild.check(home, org.id) == ()
    assert ledger.check(home, org.id) == []


def test_who_fell_silent_is_silent_and_nobody_else_is(story: Story) -> None:
    silent = machine(story, "Harbor Dental", "FRONT1")
    others = [
        machine(story, "Mission Street Dental", "PANO-01"),
        machine(story, "Cedar Park Orthodontics", "nas"),
    ]

    assert fleet.is_silent(silent, NOW)
    assert NOW - silent.seen_at >= plot.SILENT[2]
    assert not any(fleet.is_silent(one, NOW) for one in others)


def test_no_gap_of_contact_is_kept_of_who_was_heard(story: Story) -> None:
    gaps = ContactGap.objects.at(Place(story.opened.org.id))

    assert set(gaps.values_list("machine__host", flat=True)) <= {"FRONT1"}


def test_an_export_that_lies_readable_is_a_failure_and_three_findings(story: Story) -> None:
    place, at = Place(story.opened.org.id), machine(story, "Mission Street Dental", "PANO-01")

    failing = RuleState.objects.at(place).filter(machine=at, verdict="fail")
    spans = RuleSpan.objects.at(place).filter(machine=at, observed_to=None)

    assert failing.count() == 1
    assert spans.count() == at.n_pass + at.n_fail + at.n_na
    assert Finding.objects.at(place).filter(machine=at, known_to=None).count() == 3


def test_the_box_without_an_agent_stands_under_its_visitor(story: Story) -> None:
    nas, visitor = (machine(story, "Cedar Park Orthodontics", host) for host in ("nas", "PANO-01"))

    assert nas.visitor_id == visitor.id
    assert nas.n_pass > 0
