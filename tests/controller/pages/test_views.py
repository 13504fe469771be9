"""What is asked of a list again is kept by a name, and shows nobody more than he may see."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from controller.ledger.models import Audit
from controller.pages import saved as lists
from controller.people.models import Membership, SavedView
from controller.people.roles import Role
from controller.people.saved import MOST
from controller.urls import urlpatterns
from tests.controller.bright_smiles import DAY, NOW, Practice, Story, add_clinic, person, settle
from tests.controller.pages.conftest import SignIn

KEPT = {"do": "keep", "list": "machines", "question": "os=linux&silent=1&sort=host"}
ORG = "/north-quay-it/"
VIEWS, EVERYBODY = f"{ORG}views/", f"{ORG}views/everybody"
LINK = re.compile(
    r'<a class="button plain-button" href="\?([^"]*)"( aria-current="page")?>([^<]+)</a>'
)


@pytest.fixture
def admin(north_quay: Practice, sign_in: SignIn) -> Client:
    return sign_in(person(north_quay, Role.MSP_ADMIN, "ada@north-quay.example").email)


@pytest.fixture
def sam(north_quay: Practice, sign_in: SignIn) -> Client:
    return sign_in(person(north_quay, Role.MSP_TECH, "sam@north-quay.example").email)


@pytest.fixture
def owner(north_quay: Practice, sign_in: SignIn) -> Client:
    """The owner of Bright Smiles alone."""
    email = "owner@bright-smiles.example"
    return sign_in(person(north_quay, Role.CLINIC_OWNER, email, north_quay.clinic).email)


def shown(client: Client, where: str) -> dict[str, str]:
    """The views above a list: name and question."""
    text = client.get(where).content.decode().partition('aria-label="Saved views"')[2]
    return {name: unescape(asked) for asked, _, name in LINK.findall(text)}


def view(there: Practice, name: str) -> str:
    return str(SavedView.objects.at(there.place).get(name=name).pk)


def test_a_view_is_kept_above_its_list_and_leads_to_it(sam: Client) -> None:
    answer = sam.post(VIEWS, {**KEPT, "name": "Silent  Linux", "clinic": ""})

    assert answer["Location"] == f"{ORG}machines/?os=linux&silent=1&sort=host"
    assert shown(sam, f"{ORG}machines/") == {"Silent Linux": KEPT["question"]}
    assert ' aria-current="page">Silent Linux' in sam.get(answer["Location"]).content.decode()
    assert shown(sam, f"{ORG}alerts/") == {}


def test_a_list_as_it_comes_offers_nothing_to_keep(sam: Client) -> None:
    assert b"Save this view" not in sam.get(f"{ORG}machines/").content
    assert b"Save this view" in sam.get(f"{ORG}machines/", {"os": "linux"}).content


def test_where_in_the_list_one_was_is_not_kept(sam: Client, north_quay: Practice) -> None:
    after = north_quay.machines["OP1"].pk
    text = sam.get(f"{ORG}machines/", {"os": "linux", "after": after}).content.decode()

    assert 'name="question" value="os=linux"' in text
    sam.post(VIEWS, {**KEPT, "name": "Behind", "question": f"os=linux&after={after}&os=macos&q="})
    assert shown(sam, f"{ORG}machines/") == {"Behind": "os=macos"}


def test_what_is_mine_is_seen_by_nobody_else(sam: Client, admin: Client) -> None:
    sam.post(VIEWS, {**KEPT, "name": "Sam's own"})

    assert shown(admin, f"{ORG}machines/") == {}
    assert b"Sam" not in admin.get(VIEWS).content


def test_what_is_everybodys_is_seen_by_all_and_written_down(
    admin: Client, sam: Client, north_quay: Practice
) -> None:
    admin.post(EVERYBODY, {**KEPT, "name": "Silent ones"})

    assert shown(sam, f"{ORG}machines/") == {"Silent ones": KEPT["question"]}
    assert shown(sam, f"{ORG}c/{north_quay.clinic.slug}/machines/") != {}
    act = Audit.objects.at(north_quay.place).get(action="view.publish")
    assert act.after == {"name": "Silent ones", "question": KEPT["question"]}


@pytest.mark.parametrize("do", ["keep", "share", "rename", "delete"])
def test_who_does_not_manage_settings_changes_nothing_for_everybody(
    sam: Client, admin: Client, north_quay: Practice, do: str
) -> None:
    admin.post(EVERYBODY, {**KEPT, "name": "Theirs"})
    sam.post(VIEWS, {**KEPT, "name": "Mine"})
    key = view(north_quay, "Mine" if do == "share" else "Theirs")
    before = list(SavedView.objects.at(north_quay.place).values())

    answer = sam.post(EVERYBODY, {**KEPT, "do": do, "view": key, "name": "Sam was here"})

    assert answer.status_code == 403
    assert list(SavedView.objects.at(north_quay.place).values()) == before


def test_what_is_everybodys_is_not_changed_as_if_it_were_ones_own(
    admin: Client, north_quay: Practice
) -> None:
    """Only the address that asks again who one is changes it."""
    admin.post(EVERYBODY, {**KEPT, "name": "Silent ones"})
    key = view(north_quay, "Silent ones")

    for do in ("rename", "delete"):
        assert admin.post(VIEWS, {"do": do, "view": key, "name": "x1"}).status_code == 404
    assert admin.post(VIEWS, {"do": "share", "view": key}).status_code == 400


def test_what_everybody_sees_asks_again_who_one_is(admin: Client, north_quay: Practice) -> None:
    session = admin.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 600} for one in session["account_authentication_methods"]
    ]
    session.save()

    answer = admin.post(EVERYBODY, {**KEPT, "name": "Silent ones"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/again/")
    assert not SavedView.objects.at(north_quay.place).exists()


def test_a_view_is_renamed_shared_and_deleted(
    admin: Client, sam: Client, north_quay: Practice
) -> None:
    admin.post(VIEWS, {**KEPT, "name": "First"})
    admin.post(VIEWS, {"do": "rename", "view": view(north_quay, "First"), "name": "Second"})
    admin.post(EVERYBODY, {"do": "share", "view": view(north_quay, "Second")})
    assert list(shown(sam, f"{ORG}machines/")) == ["Second"]

    admin.post(EVERYBODY, {"do": "rename", "view": view(north_quay, "Second"), "name": "Third"})
    assert list(shown(sam, f"{ORG}machines/")) == ["Third"]

    admin.post(EVERYBODY, {"do": "delete", "view": view(north_quay, "Third")})
    assert not SavedView.objects.at(north_quay.place).exists()
    acts = Audit.objects.at(north_quay.place).filter(action__startswith="view.")
    assert [act.action for act in acts.order_by("n")] == [
        "view.publish",
        "view.rename",
        "view.delete",
    ]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"name": " - "}, 422, "goes by a name"),
        ({"name": "x" * 61}, 422, "60 characters"),
        ({"name": "old one"}, 409, "already"),
        ({"name": "New", "question": ""}, 422, "no question"),
        ({"name": "New", "question": "q=" + "x" * 600}, 422, "no question"),
        ({"name": "New", "list": "colours"}, 400, ""),
        ({"name": "New", "list": "register/../x"}, 400, ""),
        ({"name": "New", "clinic": "elsewhere"}, 404, ""),
        ({"do": "burn"}, 400, ""),
        ({"do": "delete", "view": "x"}, 404, ""),
    ],
)
def test_what_does_not_do_is_said_and_nothing_is_kept(
    sam: Client, north_quay: Practice, change: dict[str, str], status: int, said: str
) -> None:
    sam.post(VIEWS, {**KEPT, "name": "Old one"})

    answer = sam.post(VIEWS, {**KEPT, **change})

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert SavedView.objects.at(north_quay.place).count() == 1


def test_there_is_an_end_to_how_many_are_kept(sam: Client, admin: Client) -> None:
    for number in range(MOST):
        assert sam.post(VIEWS, {**KEPT, "name": f"No {number}"}).status_code == 302

    full = sam.post(VIEWS, {**KEPT, "name": "One more"})

    assert full.status_code == 422
    assert b"12 views are the most" in full.content
    assert sam.post(VIEWS, {**KEPT, "name": "Other", "list": "alerts"}).status_code == 302
    assert admin.post(EVERYBODY, {**KEPT, "name": "One more"}).status_code == 302


@pytest.mark.threat("curious-clinic")
def test_a_view_shows_its_reader_no_more_than_he_may_see(
    admin: Client, owner: Client, north_quay: Practice
) -> None:
    harbor = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    settle(harbor, Story("HARBOR1", usb="open"))
    all_of_them = {**KEPT, "question": "sort=host"}
    admin.post(EVERYBODY, {**all_of_them, "name": "Everywhere"})
    admin.post(EVERYBODY, {**all_of_them, "name": "Harbor's", "clinic": harbor.slug})
    mine = f"{ORG}c/{north_quay.clinic.slug}/machines/"

    (name, question), *more = shown(owner, mine).items()

    assert (name, more) == ("Everywhere", [])
    assert "HARBOR1" in admin.get(f"{ORG}machines/?{question}").content.decode()
    for text in (owner.get(f"{mine}?{question}").content, owner.get(VIEWS).content):
        assert b"HARBOR1" not in text
        assert b"Harbor" not in text


def test_a_view_of_a_clinic_stands_there_or_in_each(sam: Client, north_quay: Practice) -> None:
    harbor = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    here = {
        **KEPT,
        "list": "findings",
        "question": "sort=machine",
        "clinic": north_quay.clinic.slug,
    }
    sam.post(VIEWS, {**here, "name": "Here"})
    answer = sam.post(VIEWS, {**here, "name": "Each", "where": "every"})

    assert answer["Location"] == f"{ORG}c/{north_quay.clinic.slug}/findings/?sort=machine"
    assert list(shown(sam, f"{ORG}c/{north_quay.clinic.slug}/findings/")) == ["Each", "Here"]
    assert list(shown(sam, f"{ORG}c/{harbor.slug}/findings/")) == ["Each"]


def test_a_register_has_views_of_its_own(dr_lee: Client, north_quay: Practice) -> None:
    where = f"{ORG}c/{north_quay.clinic.slug}/r/"
    slug = north_quay.clinic.slug
    dr_lee.post(VIEWS, {**KEPT, "name": "Open", "list": "register/vendors", "clinic": slug})

    assert lists.title("register/vendors") == "List of the practice: vendors"
    assert b"List of the practice: vendors" in dr_lee.get(VIEWS).content
    kept = SavedView.objects.at(north_quay.place).get()
    there = lists.address(kept.listing, "north-quay-it", kept.clinic)
    assert there == f"{where}vendors/"


def test_every_list_that_can_be_kept_is_a_route_of_ours() -> None:
    names = {one.name for one in urlpatterns if hasattr(one, "name")}

    used = {route for one in lists.LISTS.values() for route in (one.org, one.clinic) if route}
    assert used <= names


def test_a_hostile_name_is_shown_as_it_is_written(sam: Client) -> None:
    sam.post(VIEWS, {**KEPT, "name": "<script>alert(1)</script>"})

    for where in (VIEWS, f"{ORG}machines/"):
        text = sam.get(where).content
        assert b"<script>alert" not in text
        assert b"&lt;script&gt;alert" in text


def test_an_auditor_whose_time_is_over_keeps_nothing(north_quay: Practice, sign_in: SignIn) -> None:
    eve = person(north_quay, Role.AUDITOR, "eve@audits.example")
    client = sign_in(eve.email)
    Membership.objects.at(north_quay.place).filter(user=eve).update(until=NOW - DAY)

    assert client.post(VIEWS, {**KEPT, "name": "Mine"}).status_code == 404
    assert reverse("views", args=("north-quay-it",)) == VIEWS
