"""The map tells what is seen and what is declared apart, and puts the one to the other."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from controller.paperwork.models import Entry
from controller.paperwork.sightings import look
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.pages.conftest import SignIn
from tests.controller.paperwork.papers import listed, signed
from tests.controller.paperwork.test_flows import SHARE, complete, says

FLOW = {"source": "Sensors", "target": "PANO-01", "what": "images", "way": "Sidexis"}


@pytest.fixture
def shown(north_quay: Practice) -> Practice:
    """PANO-01 shows three folders, a share and a copy; a flow is declared that names none."""
    complete(north_quay)
    listed(north_quay, "dataflow", **FLOW, encrypted=True)
    return north_quay


def page(client: Client, there: Practice) -> str:
    return client.get(path(there, "dataflow/")).content.decode()


def standings(page: str) -> list[str]:
    return re.findall(r'data-standing="(\w+)"', page)


def test_what_nobody_declared_stands_first(dr_lee: Client, shown: Practice) -> None:
    said = page(dr_lee, shown)

    assert standings(said) == ["seen"] * 5 + ["declared"]
    assert "PANO-01/share/share-1" in said
    assert "<svg" in said
    assert "style=" not in said


def test_an_empty_map_says_how_to_begin(dr_lee: Client, north_quay: Practice) -> None:
    said = page(dr_lee, north_quay)

    assert "Nothing on the map yet" in said
    assert "<figure" not in said


def test_what_is_seen_is_put_to_a_declared_flow(dr_lee: Client, shown: Practice) -> None:
    entry = Entry.objects.at(shown.place).get(register="dataflow")
    typed = {"key": "PANO-01/folder/sidexis", "entry": str(entry.entry)}

    dr_lee.post(path(shown, "dataflow/"), typed)

    newest = Entry.objects.at(shown.place).filter(register="dataflow").latest("n")
    assert (newest.n, newest.data["shown_by"]) == (2, ["PANO-01/folder/sidexis"])
    assert standings(page(dr_lee, shown)) == ["seen"] * 4 + ["both"]


@pytest.mark.parametrize("key", ["OP1/folder/nothing", "", "PANO-01/folder/store"])
def test_what_no_machine_shows_is_not_put_anywhere(
    key: str, dr_lee: Client, shown: Practice
) -> None:
    entry = Entry.objects.at(shown.place).get(register="dataflow")

    answer = dr_lee.post(path(shown, "dataflow/"), {"key": key, "entry": str(entry.entry)})

    assert answer.status_code == 404
    assert Entry.objects.at(shown.place).filter(register="dataflow").count() == 1


def test_a_new_flow_begins_with_what_was_seen(dr_lee: Client, shown: Practice) -> None:
    links = re.findall(r'href="([^"]*/r/dataflow/\?[^"]*)"', page(dr_lee, shown))
    share = next(html.unescape(one) for one in links if "share-1" in one)

    form = dr_lee.get(share.partition("#")[0]).content.decode()

    assert 'value="Other computers"' in form
    assert "PANO-01/share/share-1</textarea>" in form
    assert "<option selected>yes</option>" in form


def test_a_reader_declares_nothing(shown: Practice, sign_in: SignIn) -> None:
    user = person(shown, Role.AUDITOR, "audit@firm.example", shown.clinic)
    auditor, entry = sign_in(user.email), Entry.objects.at(shown.place).get(register="dataflow")

    assert "Declare it" not in page(auditor, shown)
    typed = {"key": "PANO-01/folder/sidexis", "entry": str(entry.entry)}
    assert auditor.post(path(shown, "dataflow/"), typed).status_code == 404


def test_what_machines_do_not_say_is_said(dr_lee: Client, shown: Practice) -> None:
    says(shown, "OP1", timedelta(hours=1), shares={"$unknown": "timeout"})

    assert "OP1 does not say: share" in page(dr_lee, shown)


def test_what_changed_after_the_confirmation_is_told(dr_lee: Client, shown: Practice) -> None:
    signed(shown, "dataflow-map")
    before = page(dr_lee, shown)
    says(shown, "OP1", timedelta(hours=1), shares=[{**SHARE, "name": "share-9"}])
    look(shown.place, timezone.now())

    assert 'data-state="attested"' in before
    after = page(dr_lee, shown)
    assert 'data-state="due"' in after
    assert "Share share-9 of OP1 was seen" in after
