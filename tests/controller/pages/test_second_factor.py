"""Nobody comes in with a password alone."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from controller.errors import Refusal
from controller.identity.home import DEMO_MARK
from controller.ledger.models import Audit
from controller.people import actions, second_factor
from controller.people.models import Purpose, User
from controller.tenants.scope import Place
from tests.controller import bright_smiles
from tests.controller.bright_smiles import PASSWORD, Practice, path


def code_of(secret: str, later: int = 0) -> str:
    """What a phone shows that holds this key."""
    return format_hotp_value(hotp_value(secret, int(time.time() + later) // 30))


def types_password(client: Client, user: User) -> object:
    return client.post("/sign-in", {"email": user.email, "password": PASSWORD, "next": "/"})


def sets_up_phone(client: Client) -> tuple[str, list[str]]:
    """Let a phone read the key, and type its code: the key, and the recovery codes shown."""
    shown = client.get("/me/second-factor/phone").content.decode()
    key = re.search(r'<code id="secret">([A-Z2-7]+)</code>', shown)
    assert key
    client.post("/me/second-factor/phone", {"code": code_of(key[1])})
    page = client.get("/me/recovery-codes").content.decode()
    return key[1], re.findall(r"<code>(\d+)</code>", page)


@pytest.fixture(autouse=True)
def nothing_was_used_yet() -> None:
    cache.clear()


@pytest.fixture
def phone(client: Client, north_quay: Practice) -> str:
    """The key on Dr. Lee's phone, set up at his first sign-in; he has signed out since."""
    types_password(client, north_quay.dr_lee)
    key, _ = sets_up_phone(client)
    client.post("/sign-out")
    cache.clear()
    return key


def test_who_has_none_yet_sets_one_up_before_anything_else(
    client: Client, north_quay: Practice
) -> None:
    types_password(client, north_quay.dr_lee)

    for wanted in ("/", path(north_quay), "/me/second-factor", "/me/sessions"):
        assert client.get(wanted)["Location"] == "/me/second-factor/phone"


def test_with_a_phone_set_up_the_pages_open_and_recovery_codes_are_shown_once(
    client: Client, north_quay: Practice
) -> None:
    types_password(client, north_quay.dr_lee)

    _, codes = sets_up_phone(client)

    assert client.get(path(north_quay)).status_code == 200
    assert len(set(codes)) == 10
    assert codes[0].encode() not in client.get("/me/recovery-codes").content


@pytest.mark.threat("stolen-password")
def test_a_password_alone_begins_no_session(client: Client, phone: str, north_quay) -> None:
    answer = types_password(client, north_quay.dr_lee)

    assert answer["Location"] == "/sign-in/code"
    assert "_auth_user_id" not in client.session
    assert client.get(path(north_quay))["Location"].startswith("/sign-in?")


def test_the_code_of_the_phone_lets_in(client: Client, phone: str, north_quay: Practice) -> None:
    types_password(client, north_quay.dr_lee)

    answer = client.post("/sign-in/code", {"code": code_of(phone)})

    assert answer["Location"] == "/"
    assert client.get(path(north_quay)).status_code == 200


def test_a_wrong_code_does_not(client: Client, phone: str, north_quay: Practice) -> None:
    types_password(client, north_quay.dr_lee)
    wrong = f"{(int(code_of(phone)) + 1) % 10**6:06}"

    answer = client.post("/sign-in/code", {"code": wrong})

    assert b"Incorrect code" in answer.content
    assert client.get(path(north_quay)).status_code == 302


def test_a_code_counts_once(phone: str, north_quay: Practice) -> None:
    code = code_of(phone)
    first, second = Client(), Client()
    for one in (first, second):
        types_password(one, north_quay.dr_lee)
        one.post("/sign-in/code", {"code": code})

    assert first.get(path(north_quay)).status_code == 200
    assert second.get(path(north_quay)).status_code == 302


def test_codes_are_not_guessed(client: Client, phone: str, north_quay: Practice) -> None:
    types_password(client, north_quay.dr_lee)
    wrong = f"{(int(code_of(phone)) + 1) % 10**6:06}"
    for _ in range(10):
        client.post("/sign-in/code", {"code": wrong})

    client.post("/sign-in/code", {"code": code_of(phone)})

    assert client.get(path(north_quay)).status_code == 302


def test_a_recovery_code_stands_in_once(client: Client, north_quay: Practice) -> None:
    types_password(client, north_quay.dr_lee)
    _, codes = sets_up_phone(client)
    tries = [Client(), Client()]
    for one in tries:
        types_password(one, north_quay.dr_lee)
        one.post("/sign-in/code", {"code": codes[0]})

    assert [one.get(path(north_quay)).status_code for one in tries] == [200, 302]


@pytest.mark.threat("stolen-password")
def test_a_link_for_a_new_password_does_not_pass_by_the_phone(
    client: Client, phone: str, north_quay: Practice
) -> None:
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.PASSWORD, north_quay.home.root, timedelta(hours=1)
    )

    answer = client.post(f"/link/{secret}", {"password": "eleven teeth and a lamp"})

    assert answer["Location"] == "/sign-in/code"
    assert client.get(path(north_quay)).status_code == 302


@pytest.mark.threat("stolen-password")
def test_a_session_from_before_the_factor_is_ended(north_quay: Practice) -> None:
    """Somebody with the password alone waits at the set-up while Dr. Lee sets up his phone."""
    thief, dr_lee = Client(), Client()
    for one in (thief, dr_lee):
        types_password(one, north_quay.dr_lee)
    thief.get("/me/second-factor/phone")
    sets_up_phone(dr_lee)

    answer = thief.get("/me/second-factor/phone")

    assert answer["Location"] == "/sign-in"
    assert "_auth_user_id" not in thief.session


def test_the_last_factor_stays(client: Client, north_quay: Practice) -> None:
    types_password(client, north_quay.dr_lee)
    sets_up_phone(client)

    asked = client.get("/me/second-factor/phone/remove")
    client.post("/me/second-factor/phone/remove")

    assert b"one has to stay" in asked.content
    assert second_factor.has_one(north_quay.dr_lee)


def test_the_key_of_a_phone_does_not_lie_readable_in_the_database(phone: str, north_quay) -> None:
    rows = Authenticator.objects.filter(user_id=north_quay.dr_lee.pk)

    assert rows.count() == 2
    assert all(phone not in str(row.data) for row in rows)


def test_a_demo_s_session_needs_none(client: Client, north_quay: Practice) -> None:
    (north_quay.home.root / DEMO_MARK).touch()
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.SIGN_IN, north_quay.home.root, timedelta(hours=1)
    )
    client.get(f"/link/{secret}")

    assert client.get(path(north_quay)).status_code == 200


def test_who_lost_everything_begins_anew_and_it_stands_in_the_books(
    client: Client, phone: str, north_quay: Practice
) -> None:
    types_password(client, north_quay.dr_lee)
    client.post("/sign-in/code", {"code": code_of(phone)})

    actions.reset_second_factor(north_quay.home, north_quay.dr_lee, bright_smiles.by())

    assert client.get(path(north_quay))["Location"].startswith("/sign-in?")
    types_password(client, north_quay.dr_lee)
    assert client.get(path(north_quay))["Location"] == "/me/second-factor/phone"
    acts = Audit.objects.at(Place(north_quay.org.id)).filter(action="factor.reset")
    assert [act.object for act in acts] == [north_quay.dr_lee.email]


def test_who_has_none_has_none_to_lose(north_quay: Practice) -> None:
    with pytest.raises(Refusal, match="no second factor"):
        actions.reset_second_factor(north_quay.home, north_quay.dr_lee, bright_smiles.by())


def test_what_a_page_asks_by_itself_is_told_no(client: Client, north_quay: Practice) -> None:
    types_password(client, north_quay.dr_lee)

    answer = client.get(path(north_quay), headers={"Dentinel-Background": "1"})

    assert answer.status_code == 401
