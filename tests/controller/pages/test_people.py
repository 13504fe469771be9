"""People are let in and leave by a page, and nobody gives what is not his to give."""

import re

import pytest
from django.test import Client

from controller.ledger.models import Audit
from controller.people import actions, emergency
from controller.people.actions import Grant
from controller.people.models import Membership, User
from controller.people.roles import Role
from tests.controller import bright_smiles
from tests.controller.bright_smiles import Practice, path, person, practice
from tests.controller.pages.conftest import SignIn

NEW = {"email": "front_desk@bright-smiles.example", "name": "Alex", "role": "office_manager"}


def people(there: Practice) -> str:
    return f"/{there.org.slug}/people/"


def link_in(page: bytes) -> str | None:
    found = re.search(rb"/link/[\w-]+", page)
    return found[0].decode() if found else None


def test_who_is_let_in_gets_a_link_that_is_shown_once(dr_lee: Client, north_quay: Practice) -> None:
    answer = dr_lee.post(people(north_quay), NEW)

    link = link_in(answer.content)
    assert link
    assert link_in(dr_lee.get(people(north_quay)).content) is None
    chosen = Client().post(link, {"password": "eleven teeth and a lamp"})
    assert chosen.status_code == 302


def test_it_is_an_act_in_the_books(dr_lee: Client, north_quay: Practice) -> None:
    dr_lee.post(people(north_quay), NEW)

    act = Audit.objects.at(north_quay.place).filter(action="role.give").order_by("-n")[0]
    assert (act.actor, act.object) == (north_quay.dr_lee.email, NEW["email"])


def test_who_signs_in_elsewhere_gets_the_role_and_nobody_a_link(
    dr_lee: Client, north_quay: Practice
) -> None:
    elsewhere = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    actions.set_password(elsewhere.dr_lee, "a password of his own")

    answer = dr_lee.post(people(north_quay), {**NEW, "email": elsewhere.dr_lee.email})

    assert link_in(answer.content) is None
    assert b"signs in here already" in answer.content


def test_an_account_of_another_practice_that_nobody_opened_is_not_taken_over(
    dr_lee: Client, north_quay: Practice
) -> None:
    elsewhere = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    waiting = actions.add_user("waits@tall-oaks.example", "Robin")
    grant = Grant(elsewhere.place, Role.AUDITOR, bright_smiles.NOW + bright_smiles.DAY)
    actions.give_role(north_quay.home, waiting, grant, bright_smiles.by())

    answer = dr_lee.post(people(north_quay), {**NEW, "email": waiting.email})

    assert link_in(answer.content) is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "no address"}, b"no e-mail address"),
        ({"role": "auditor"}, b"must have an end"),
        ({"until": "soon"}, b"is no day"),
    ],
)
def test_what_is_wrong_is_told_and_kept(
    wrong: dict, said: bytes, dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.post(people(north_quay), {**NEW, **wrong})

    assert said in answer.content
    assert b'value="Alex"' in answer.content
    assert not User.objects.filter(email=NEW["email"]).exists()


def owner(there: Practice, sign_in: SignIn) -> Client:
    email = "dr_kim@bright-smiles.example"
    return sign_in(person(there, Role.CLINIC_OWNER, email, there.clinic).email)


def test_an_owner_lets_people_into_his_clinic_alone(north_quay: Practice, sign_in) -> None:
    client = owner(north_quay, sign_in)

    client.post(path(north_quay, "people/"), NEW)

    held = Membership.objects.at(north_quay.place).get(user__email=NEW["email"])
    assert (held.role, held.clinic_id) == ("office_manager", north_quay.clinic.id)
    assert client.get(path(north_quay, "people/")).status_code == 200


def test_an_owner_gets_no_link_of_an_administrator_who_has_not_come_yet(
    north_quay: Practice, sign_in: SignIn
) -> None:
    coming = actions.add_user("coming@north-quay.example", "Sam")
    grant = Grant(north_quay.place, Role.MSP_ADMIN)
    actions.give_role(north_quay.home, coming, grant, bright_smiles.by())

    answer = owner(north_quay, sign_in).post(
        path(north_quay, "people/"), {**NEW, "email": coming.email}
    )

    assert answer.status_code == 200
    assert link_in(answer.content) is None


def test_an_owner_makes_no_administrator(north_quay: Practice, sign_in) -> None:
    client = owner(north_quay, sign_in)

    answer = client.post(path(north_quay, "people/"), {**NEW, "role": "msp_admin"})

    assert answer.status_code == 400
    assert not Membership.objects.at(north_quay.place).filter(user__email=NEW["email"]).exists()


def test_a_role_ends_at_once(dr_lee: Client, north_quay: Practice, sign_in: SignIn) -> None:
    dr_lee.post(people(north_quay), NEW)
    held = Membership.objects.at(north_quay.place).get(user__email=NEW["email"])
    front_desk = sign_in(NEW["email"])
    assert front_desk.get(path(north_quay)).status_code == 200

    dr_lee.post(f"{people(north_quay)}{held.pk}/end")

    assert front_desk.get(path(north_quay)).status_code == 404


def test_the_last_administrator_stays(dr_lee: Client, north_quay: Practice) -> None:
    held = Membership.objects.at(north_quay.place).get(user=north_quay.dr_lee)

    answer = dr_lee.post(f"{people(north_quay)}{held.pk}/end")

    assert answer.status_code == 422
    assert b"last administrator" in answer.content
    assert dr_lee.get(people(north_quay)).status_code == 200


def test_after_five_minutes_it_is_asked_again(dr_lee: Client, north_quay: Practice) -> None:
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    answer = dr_lee.post(people(north_quay), NEW)

    assert answer["Location"].startswith("/again/")
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_an_hour_by_break_glass_is_on_every_page_while_it_lasts(
    dr_lee: Client, north_quay: Practice
) -> None:
    sam = person(north_quay, Role.MSP_TECH, "sam@north-quay.example")
    emergency.break_glass(north_quay.home, north_quay.org, sam, "night shift", bright_smiles.by())
    pages = (people(north_quay), path(north_quay), path(north_quay, "findings/"))

    assert all(b"Break-glass: sam has an admin" in dr_lee.get(one).content for one in pages)
    held = Membership.objects.at(north_quay.place).get(user=sam, is_emergency=True)
    dr_lee.post(f"{people(north_quay)}{held.pk}/end")
    assert not any(b"Break-glass" in dr_lee.get(one).content for one in pages)


def test_who_designates_himself_alone_is_shown_as_such(
    dr_lee: Client, north_quay: Practice
) -> None:
    held = Membership.objects.at(north_quay.place).get(user=north_quay.dr_lee)

    dr_lee.post(f"{people(north_quay)}{held.pk}/names", {"as": "security_official"})

    assert b"Security official, self-designated" in dr_lee.get(people(north_quay)).content


def test_beside_an_owner_he_is_told_who_can(
    dr_lee: Client, north_quay: Practice, sign_in: SignIn
) -> None:
    owner(north_quay, sign_in)
    held = Membership.objects.at(north_quay.place).get(user=north_quay.dr_lee)

    answer = dr_lee.post(f"{people(north_quay)}{held.pk}/names", {"as": "security_official"})

    assert answer.status_code == 403
    assert b"Who can: dr_kim" in answer.content
