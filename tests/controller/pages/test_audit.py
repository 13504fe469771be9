"""Who may read what people did, and does the page show what was done to it since?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from controller.ledger.actions import Act, By, told
from controller.ledger.models import Audit
from controller.people.actions import Grant, give_role
from controller.people.models import User
from controller.people.roles import Role
from controller.tenants.scope import Place
from tests.controller.bright_smiles import PASSWORD, Practice, path
from tests.controller.pages.conftest import SignIn

PAGE = "/north-quay-it/audit/"


def acts(north_quay: Practice, action: str) -> list[Audit]:
    return list(Audit.objects.at(Place(north_quay.org.id)).filter(action=action).order_by("n"))


@pytest.fixture
def admin(north_quay: Practice, sign_in: SignIn) -> Client:
    """Somebody who is an administrator of the whole org."""
    user = User.objects.create_user("ada@north-quay-it.example", "Ada", PASSWORD)
    by = By("shell", "", timezone.now())
    give_role(north_quay.home, user, Grant(Place(north_quay.org.id), Role.MSP_ADMIN), by)
    return sign_in(user.email)


def test_who_comes_in_fails_to_and_goes_stands_in_the_log(
    client: Client, north_quay: Practice, sign_in: SignIn
) -> None:
    email = north_quay.dr_lee.email
    client.post("/sign-in", {"email": email, "password": "wrong"})
    sign_in(email).post("/sign-out")
    (failed,), (came,), (went,) = (
        acts(north_quay, action) for action in ("sign_in.fail", "sign_in", "sign_out")
    )

    assert [each.actor for each in (failed, came, went)] == [email] * 3
    assert failed.address == "127.0.0.1"


def test_what_a_stranger_typed_is_not_kept(client: Client, north_quay: Practice) -> None:
    client.post("/sign-in", {"email": "MyPassword123!", "password": "dr_lee"})
    (failed,) = acts(north_quay, "sign_in.fail")

    assert (failed.actor, failed.object, failed.after) == ("unknown", "", None)


def test_a_person_of_one_clinic_stands_in_that_clinics_log(
    north_quay: Practice, sign_in: SignIn
) -> None:
    user = User.objects.create_user("front@bright-smiles.example", "Front desk", PASSWORD)
    place = Place(north_quay.org.id).clinic(north_quay.clinic.id)
    give_role(north_quay.home, user, Grant(place, Role.OFFICE_MANAGER), By("x", "", timezone.now()))
    sign_in(user.email)

    assert [each.clinic_id for each in acts(north_quay, "sign_in")] == [north_quay.clinic.id]
    assert [each.object for each in acts(north_quay, "user.make")][-1] == user.email


def test_an_administrator_reads_the_acts_as_logged(admin: Client) -> None:
    answer = admin.get(PAGE)

    assert answer.status_code == 200
    assert b"role.give" in answer.content
    assert b"as logged" in answer.content
    assert b"not as logged" not in answer.content


@pytest.mark.threat("covered-tracks")
def test_an_act_that_was_changed_since_is_marked(admin: Client, north_quay: Practice) -> None:
    Audit.objects.at(Place(north_quay.org.id)).filter(action="role.give").update(actor="nobody")

    assert b"not as logged" in admin.get(PAGE).content


@pytest.mark.threat("covered-tracks")
def test_an_act_that_was_taken_out_is_counted(admin: Client, north_quay: Practice) -> None:
    last = acts(north_quay, "role.give")[-1]
    last.delete()

    assert b'data-missing="1"' in admin.get(PAGE).content


def test_filters_say_who_what_and_when(admin: Client, north_quay: Practice) -> None:
    for number in range(3):
        by = By(f"tech{number}", "", timezone.now() - timedelta(days=number * 10))
        told(north_quay.home, by, Act("settings.change", "hours"), north_quay.org.id)
    day = f"{timezone.now() - timedelta(days=5):%Y-%m-%d}"

    assert b"tech1" in admin.get(PAGE, {"actor": "TECH1"}).content
    assert b"tech2" not in admin.get(PAGE, {"actor": "tech1"}).content
    assert b"tech1" not in admin.get(PAGE, {"action": "settings.change", "from": day}).content
    assert b"tech0" not in admin.get(PAGE, {"action": "settings.change", "to": day}).content
    assert b"No such act" in admin.get(PAGE, {"object": "x-rays"}).content


@pytest.mark.parametrize("odd", ["?actor=%00x", "?from=2026-02-31", "?to=x"])
def test_odd_filters_do_no_harm(admin: Client, odd: str) -> None:
    assert admin.get(PAGE + odd).status_code == 200


@pytest.mark.parametrize("odd", ["x", "99999999999999999999", "-1"])
def test_behind_an_act_that_there_is_not_is_no_list(admin: Client, odd: str) -> None:
    assert admin.get(PAGE, {"after": odd}).status_code == 404


def test_a_hundred_at_a_time(admin: Client, north_quay: Practice) -> None:
    for number in range(101):
        by = By("shell", "", timezone.now())
        told(north_quay.home, by, Act("settings.change", f"no {number}"), north_quay.org.id)
    first = admin.get(PAGE, {"action": "settings.change"})

    assert b"no 100" in first.content
    assert b"after=" in first.content


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.MSP_ADMIN}))
def test_nobody_else_reads_the_acts_of_the_whole_org(
    north_quay: Practice, sign_in: SignIn, role: Role
) -> None:
    user = User.objects.create_user("eve@north-quay-it.example", "Eve", PASSWORD)
    place = Place(north_quay.org.id).clinic(north_quay.clinic.id)
    until = timezone.now() + timedelta(days=9)
    give_role(north_quay.home, user, Grant(place, role, until), By("x", "", timezone.now()))
    client = sign_in(user.email)
    may = role in (Role.CLINIC_OWNER, Role.AUDITOR)

    assert client.get(path(north_quay, "audit/")).status_code == (200 if may else 404)
    answer = client.get(PAGE)
    assert answer.status_code == (200 if may else 404)
    assert b"org.open" not in answer.content


def test_no_password_stands_among_the_acts(client: Client, north_quay: Practice) -> None:
    client.post("/sign-in", {"email": north_quay.dr_lee.email, "password": "Sup3rSecret-typed"})
    rows = Audit.objects.at(Place(north_quay.org.id)).values_list()

    assert "Sup3rSecret-typed" not in repr(list(rows))
