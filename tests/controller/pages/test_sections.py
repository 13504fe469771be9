"""The ways to the pages of a place: each leads somewhere, to whom may go, and says where one is."""

import pytest

from controller.pages.frame import Where
from controller.pages.sections import CHANGED, READ, links
from controller.people.roles import Permission
from tests.controller.bright_smiles import Practice


@pytest.fixture
def here(north_quay: Practice) -> Where:
    return Where(north_quay.org, north_quay.place.clinic(north_quay.clinic.id), north_quay.clinic)


def all_of(_: Permission) -> bool:
    return True


@pytest.mark.parametrize("sections", [READ, CHANGED], ids=["read", "changed"])
def test_each_leads_to_a_page_that_answers(sections, here, dr_lee) -> None:
    for one in links(sections, here, "", all_of):
        assert dr_lee.get(one.url).status_code == 200, one.label


def test_what_a_person_may_not_open_is_not_offered(here) -> None:
    offered = [
        one.label for one in links(READ, here, "", lambda one: one == Permission.VERDICTS_READ)
    ]
    assert offered == ["Summary", "Machines", "Findings", "Waivers", "Controls", "Figures"]


@pytest.mark.parametrize(
    ("route", "label"),
    [
        ("clinic", "Summary"),
        ("machine", "Machines"),
        ("register", "Paperwork"),
        ("waiver", "Waivers"),
    ],
)
def test_a_page_below_one_says_that_one_is_there(here, route, label) -> None:
    assert [one.label for one in links(READ, here, route, all_of) if one.is_here] == [label]


def test_every_page_below_a_section_is_an_address_of_ours() -> None:
    from controller.urls import urlpatterns

    names = {getattr(one, "name", None) for one in urlpatterns}
    for one in (*READ, *CHANGED):
        assert {one.org, one.clinic, *one.holds} - {""} <= names, one.label
