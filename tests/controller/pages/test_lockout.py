"""Who typed too much that was wrong waits, is told for how long, and can be let off."""

import time

import pytest
from django.core.cache import cache
from django.test import Client

from controller.ledger.models import Audit
from controller.people.models import Membership
from controller.people.roles import Role
from controller.tenants.models import Org
from tests.controller.bright_smiles import PASSWORD, Practice, path, person
from tests.controller.pages.conftest import SignIn
from tests.controller.pages.test_second_factor import code_of, sets_up_phone, types_password


@pytest.fixture(autouse=True)
def nothing_was_typed_yet() -> None:
    cache.clear()


@pytest.fixture
def alex(north_quay: Practice, sign_in: SignIn) -> Client:
    """Another administrator, who is there when Dr. Lee cannot get in."""
    return sign_in(person(north_quay, Role.MSP_ADMIN, "alex@north-quay.example").email)


@pytest.fixture
def phone(north_quay: Practice) -> str:
    desk = Client()
    types_password(desk, north_quay.dr_lee)
    key, _ = sets_up_phone(desk)
    cache.clear()
    return key


def people(there: Practice) -> str:
    return f"/{there.org.slug}/people/"


def unlocks(client: Client, there: Practice) -> int:
    held = Membership.objects.at(there.place).get(user=there.dr_lee)
    return client.post(f"{people(there)}{held.pk}/unlock").status_code


def wrong_passwords(client: Client, there: Practice, times: int = 10) -> None:
    for _ in range(times):
        client.post("/sign-in", {"email": there.dr_lee.email, "password": "not this one"})


def wrong_codes(client: Client, there: Practice, key: str, times: int = 5) -> bytes:
    types_password(client, there.dr_lee)
    wrong = f"{(int(code_of(key)) + 1) % 10**6:06}"
    for _ in range(times + 1):
        answer = client.post("/sign-in/code", {"code": wrong})
    return answer.content


@pytest.mark.threat("stolen-password")
def test_after_ten_wrong_passwords_the_right_one_waits_until_somebody_lets_him_off(
    client: Client, alex: Client, north_quay: Practice
) -> None:
    wrong_passwords(client, north_quay)

    told = types_password(client, north_quay.dr_lee)
    assert told.status_code == 429
    assert b"Too many wrong passwords. Wait 15 minutes, or ask an administrator" in told.content
    assert b"Locked: too many wrong" in alex.get(people(north_quay)).content
    assert unlocks(alex, north_quay) == 302

    assert b"Locked: too many wrong" not in alex.get(people(north_quay)).content
    assert types_password(client, north_quay.dr_lee).status_code == 302
    act = Audit.objects.at(north_quay.place).get(action="lock.lift")
    assert (act.actor, act.object) == ("alex@north-quay.example", north_quay.dr_lee.email)


def test_after_five_wrong_codes_the_right_one_waits_until_somebody_lets_him_off(
    client: Client, alex: Client, phone: str, north_quay: Practice
) -> None:
    said = wrong_codes(client, north_quay, phone)
    client.post("/sign-in/code", {"code": code_of(phone)})

    assert b"Too many wrong passwords or codes. Wait 15 minutes" in said
    assert client.get(path(north_quay)).status_code == 302
    assert b"Locked: too many wrong" in alex.get(people(north_quay)).content
    unlocks(alex, north_quay)
    client.post("/sign-in/code", {"code": code_of(phone)})
    assert client.get(path(north_quay)).status_code == 200


def test_wrong_codes_are_forgiven_by_time(
    client: Client, phone: str, north_quay: Practice, monkeypatch
) -> None:
    wrong_codes(client, north_quay, phone)
    later = time.time() + 15 * 60 + 1
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)

    types_password(client, north_quay.dr_lee)
    client.post("/sign-in/code", {"code": code_of(phone)})

    assert client.get(path(north_quay)).status_code == 200


def test_each_wrong_code_stands_in_the_books(
    client: Client, phone: str, north_quay: Practice
) -> None:
    wrong_codes(client, north_quay, phone, times=2)

    acts = Audit.objects.at(north_quay.place).filter(action="factor.fail")
    assert [act.object for act in acts] == [north_quay.dr_lee.email] * 3


def test_nobody_is_let_off_by_who_manages_no_people(
    client: Client, north_quay: Practice, sign_in: SignIn
) -> None:
    wrong_passwords(client, north_quay)
    sam = sign_in(person(north_quay, Role.MSP_TECH, "sam@north-quay.example").email)

    assert unlocks(sam, north_quay) == 404
    assert types_password(client, north_quay.dr_lee).status_code == 429


@pytest.mark.parametrize("sent", ["", "no json", "{}", '{"id": "x", "response": {}}', "[]"])
def test_a_refused_passkey_is_told_in_a_sentence(
    sent: str, client: Client, north_quay: Practice
) -> None:
    answer = client.post("/sign-in/passkey", {"credential": sent})

    assert answer.status_code == 403
    assert b'id="passkey-refused" role="alert">The passkey was not accepted' in answer.content
    assert Audit.objects.at(north_quay.place).filter(action="sign_in.fail").count() == 1


def test_a_second_factor_that_is_a_refused_passkey_is_told_too(
    client: Client, phone: str, north_quay: Practice
) -> None:
    types_password(client, north_quay.dr_lee)

    answer = client.post("/sign-in/code", {"credential": '{"id": "x", "response": {}}'})

    assert b'id="passkey-refused" role="alert">The passkey was not accepted' in answer.content
    assert PASSWORD.encode() not in answer.content


def must_show_again(client: Client) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()


def sets_minutes(client: Client, there: Practice) -> str:
    """Try to set something that weighs much; where one is asked who one is."""
    return client.post(f"/{there.org.slug}/settings/", {"minutes": "30"})["Location"]


def minutes(there: Practice) -> int:
    return Org.objects.at(there.place).get().idle_minutes


def test_who_shows_his_password_again_has_done_what_he_wanted(
    dr_lee: Client, north_quay: Practice
) -> None:
    must_show_again(dr_lee)
    again = sets_minutes(dr_lee, north_quay)
    onward = f"/{north_quay.org.slug}/settings/"

    wrong = dr_lee.post(again, {"password": "not this one", "next": onward})
    assert b"This is not your password." in wrong.content
    assert minutes(north_quay) == 15
    dr_lee.post(again, {"password": PASSWORD, "next": onward})

    assert minutes(north_quay) == 30
    assert Audit.objects.at(north_quay.place).filter(action="sign_in.fail").count() == 1


@pytest.mark.threat("stolen-password")
def test_passwords_are_not_guessed_at_a_session_that_was_left_open(
    dr_lee: Client, north_quay: Practice
) -> None:
    must_show_again(dr_lee)
    again = sets_minutes(dr_lee, north_quay)
    onward = f"/{north_quay.org.slug}/settings/"
    for _ in range(10):
        dr_lee.post(again, {"password": "not this one", "next": onward})
    at_once = dr_lee.post(again, {"password": PASSWORD, "next": onward})
    cache.clear()  # A minute later.

    answer = dr_lee.post(again, {"password": PASSWORD, "next": onward})

    assert at_once.status_code == 429
    assert b"Too many wrong passwords or codes. Wait 15 minutes" in answer.content
    assert minutes(north_quay) == 15
