"""What people do in the story, in the books of a real controller."""

from datetime import UTC, datetime

import pytest

from controller.cli.demo.msp import acts, books, history, people, plot
from controller.cli.demo.msp.cast import WARDS, Box, Ward
from controller.cli.demo.msp.history import Story
from controller.cli.demo.msp.opening import Open
from controller.findings import rebuild
from controller.findings.models import Shield
from controller.fleet import queries as fleet
from controller.identity.home import ControllerHome
from controller.ledger import check as ledger
from controller.ledger.actions import By, open_org
from controller.oversight import book, roles, scorecards
from controller.oversight.models import Kind
from controller.paperwork import dataflow, lists
from controller.paperwork import queries as paperwork
from controller.paperwork.binder import binder
from controller.paperwork.sightings import look
from controller.paperwork.states import State
from controller.policy.waivers import Standing, ending, standing, waivers
from controller.tenants.scope import Place

NOW = datetime(2027, 3, 3, 15, tzinfo=UTC)
EAST = "America/New_York"
SMALL = (
    Ward("Bright Smiles", EAST, (Box("SCAN1", "workstation"),)),
    Ward("Summit Oral Surgery", EAST, (WARDS[8].boxes[-1],)),
    Ward("Red Rock Dental", EAST, (Box("OP2", "operatory"),)),
)


@pytest.fixture
def story(home: ControllerHome) -> Story:
    org = open_org(home, "North Quay IT (demo)", "north-quay-demo", By("shell", "", NOW))
    begun = history.begin(Open(home, org), SMALL, NOW, seed=3)
    users = people.settle(begun, begun.clock.now)
    history.play(begun, acts.all_of(begun, users), lambda _done, _of: None)
    return begun


def test_people_s_acts_stand_in_the_books_and_the_books_hold(story: Story) -> None:
    place = Place(story.opened.org.id)
    asked = {one.rule: standing(one, NOW) for one in waivers(place)}
    papers = paperwork.standings(people.ward(story).clinic, NOW)
    by_kind = {one.kind.id: one.standing.state for one in papers}

    assert asked == {
        "usb-storage-blocked": Standing.ACTIVE,
        "os-supported": Standing.REQUESTED,
    }
    assert (ending(place, NOW).count(), Shield.objects.at(place).count()) == (1, 1)
    assert by_kind["restore-test"] is State.DUE
    assert by_kind["log-review"] is State.EXPIRED
    assert by_kind["risk-analysis"] is State.ATTESTED
    assert rebuild.check(story.opened.home, story.opened.org.id) == ()
    assert ledger.check(story.opened.home, story.opened.org.id) == []


def test_each_practice_keeps_its_lists_and_signs_what_it_says_of_them(story: Story) -> None:
    there = next(one for one in story.places if one.ward.name == "Red Rock Dental")
    place = Place(story.opened.org.id).clinic(there.clinic.id)
    papers = paperwork.standings(there.clinic, NOW)
    kept = {one.register.id: one for one in lists.overview(binder(place), NOW.date())}

    assert {one.standing.state for one in papers} == {State.ATTESTED}
    assert {one.subject.name for one in papers if one.kind.id == "training-record"} == {
        *books.STAFF
    }
    assert (kept["people"].n, kept["backups"].n, kept["restore-tests"].n) == (4, 2, 2)
    assert not any(one.marks for one in kept.values())
    assert {row.made_by for row in lists.newest(place, "people")} == {
        "office@red-rock-dental.example"
    }


def test_a_scorecard_waits_for_the_owner_and_a_folder_was_never_declared(story: Story) -> None:
    there = people.ward(story).clinic
    place = Place(story.opened.org.id).clinic(there.id)
    look(place, NOW)
    on_record = book.kept(place)
    drawn = dataflow.drawn(binder(place))

    cards = scorecards.cards(on_record)
    assert [card.state(NOW) for card in cards] == ["due", "attested", "attested"]
    assert [one.seen for one in drawn.of("seen")] == [("SCAN1/folder/exports",)]
    assert drawn.gaps == ()
    assert roles.role_of(on_record) == "covered_entity"
    assert [row.data["found"] for row in on_record.of(Kind.REVIEW)] == ["proven"]


def test_a_computer_that_was_set_up_anew_waits_and_names_its_former_self(story: Story) -> None:
    (waiting,) = fleet.pending(Place(story.opened.org.id))
    (former,) = fleet.likely_former(Place(story.opened.org.id), waiting)

    assert (waiting.host, former.host) == ("OP2", "OP2")
    assert NOW - former.seen_at >= plot.RENEWED[2]
