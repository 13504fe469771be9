"""An org says after how long its people are signed out, and open sessions are held to it."""

import pytest
from django.test import Client

from controller.ledger.models import Audit
from controller.people.logoff import ACTED
from controller.people.models import Membership
from controller.people.roles import Role
from controller.tenants.models import Org
from tests.controller.bright_smiles import Practice, path, person, practice
from tests.controller.pages.test_sign_in import age


def settings_of(there: Practice) -> str:
    return f"/{there.org.slug}/settings/"


def idle(there: Practice) -> int:
    return Org.objects.at(there.place).get().idle_minutes


def test_a_shorter_time_holds_for_the_next_request_of_an_open_session(
    dr_lee: Client, north_quay: Practice, sign_in
) -> None:
    sam = sign_in(person(north_quay, Role.MSP_TECH, "sam@north-quay.example").email)
    sam.get(path(north_quay))
    age(sam, **{ACTED: 6 * 60})

    answer = dr_lee.post(settings_of(north_quay), {"minutes": "5"})

    assert answer.status_code == 302
    assert sam.get(path(north_quay))["Location"] == "/sign-in?ended=1"


def test_a_longer_time_keeps_in_and_every_page_says_it(
    dr_lee: Client, north_quay: Practice
) -> None:
    dr_lee.post(settings_of(north_quay), {"minutes": "30"})
    age(dr_lee, **{ACTED: 29 * 60})

    answer = dr_lee.get(path(north_quay), headers={"Dentinel-Background": "1"})

    assert answer.status_code == 200
    assert 0 < int(answer["Dentinel-Seconds-Left"]) <= 60
    assert b"signed out after 30 minutes" in dr_lee.get(path(north_quay)).content


def test_who_belongs_to_two_orgs_is_held_to_the_stricter(
    dr_lee: Client, north_quay: Practice
) -> None:
    other = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    Membership(org=other.org, user=north_quay.dr_lee, role=Role.MSP_TECH).save()
    Org.objects.at(other.place).update(idle_minutes=5)
    age(dr_lee, **{ACTED: 6 * 60})

    assert dr_lee.get(path(north_quay))["Location"] == "/sign-in?ended=1"


def test_it_is_an_act_in_the_books_once(dr_lee: Client, north_quay: Practice) -> None:
    for _ in range(2):
        dr_lee.post(settings_of(north_quay), {"minutes": "10"})

    acts = Audit.objects.at(north_quay.place).filter(action="setting.idle")
    assert [(one.before, one.after, one.actor) for one in acts] == [
        (15, 10, north_quay.dr_lee.email)
    ]


@pytest.mark.parametrize("minutes", ["4", "31", "999"])
def test_beyond_its_bounds_it_is_refused_in_words(
    minutes: str, dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.post(settings_of(north_quay), {"minutes": minutes})

    assert answer.status_code == 422
    assert b"outside of 5 to 30" in answer.content
    assert idle(north_quay) == 15


@pytest.mark.parametrize("minutes", ["", "ten", "-5", "1000"])
def test_what_is_no_number_of_minutes_is_refused(
    minutes: str, dr_lee: Client, north_quay: Practice
) -> None:
    assert dr_lee.post(settings_of(north_quay), {"minutes": minutes}).status_code == 400


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MSP_ADMIN])
def test_only_administrators_set_it(role: Role, north_quay: Practice, sign_in) -> None:
    someone = sign_in(person(north_quay, role, f"{role}@north-quay.example").email)

    assert someone.get(settings_of(north_quay)).status_code == 404
    assert someone.post(settings_of(north_quay), {"minutes": "30"}).status_code == 404
    assert idle(north_quay) == 15


def test_after_five_minutes_it_is_asked_again(dr_lee: Client, north_quay: Practice) -> None:
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    answer = dr_lee.post(settings_of(north_quay), {"minutes": "30"})

    assert answer["Location"].startswith("/again/")
    assert idle(north_quay) == 15
