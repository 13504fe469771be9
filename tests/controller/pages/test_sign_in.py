"""A session begins with a password, and ends by itself."""

import time
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from controller.identity.home import DEMO_MARK
from controller.people import actions
from controller.people.logoff import ACTED, SIGNED_IN
from controller.people.models import Purpose
from controller.people.throttle import Throttle
from tests.controller.bright_smiles import PASSWORD, Practice, path


def age(client: Client, **seconds: int) -> None:
    """Let a session be older than it is."""
    session = client.session
    for clock, by in seconds.items():
        session[clock] -= by
    session.save()


def test_the_right_password_lets_in_and_goes_where_one_wanted(
    client: Client, north_quay: Practice
) -> None:
    wanted = path(north_quay, "findings/")
    credentials = {"email": "DR_LEE@north-quay-it.example ", "password": PASSWORD, "next": wanted}

    answer = client.post("/sign-in", credentials)

    assert (answer.status_code, answer["Location"]) == (302, wanted)


@pytest.mark.parametrize("email", ["dr_lee@north-quay-it.example", "nobody@nowhere.example"])
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(
    client: Client, north_quay: Practice, email: str
) -> None:
    answer = client.post("/sign-in", {"email": email, "password": "not this one either"})

    assert answer.status_code == 200
    assert b"E-mail and password do not belong together" in answer.content
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"]
)
def test_nobody_is_sent_to_another_server(client: Client, north_quay: Practice, away: str) -> None:
    credentials = {"email": north_quay.dr_lee.email, "password": PASSWORD, "next": away}

    assert client.post("/sign-in", credentials)["Location"] == "/"


def test_signing_out_ends_the_session_on_the_server(dr_lee: Client, north_quay: Practice) -> None:
    cookie = dr_lee.cookies["dentinel"].value
    dr_lee.post("/sign-out")
    thief = Client()
    thief.cookies["dentinel"] = cookie

    assert thief.get(path(north_quay)).status_code == 302


def test_a_form_from_elsewhere_signs_nobody_out(north_quay: Practice) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/sign-out")

    assert answer.status_code == 403
    assert b"This form has expired" in answer.content


def test_fifteen_minutes_without_an_act_end_the_session(
    dr_lee: Client, north_quay: Practice
) -> None:
    age(dr_lee, **{ACTED: 15 * 60})

    answer = dr_lee.get(path(north_quay))

    assert answer["Location"] == "/sign-in?ended=1"
    assert "_auth_user_id" not in dr_lee.session


def test_an_act_moves_the_end(dr_lee: Client, north_quay: Practice) -> None:
    age(dr_lee, **{ACTED: 14 * 60})

    dr_lee.get(path(north_quay))

    assert dr_lee.session[ACTED] >= time.time() - 5


def test_what_a_page_asks_by_itself_moves_nothing(dr_lee: Client, north_quay: Practice) -> None:
    age(dr_lee, **{ACTED: 14 * 60})
    before = dr_lee.session[ACTED]

    answer = dr_lee.get(path(north_quay), headers={"Dentinel-Background": "1"})

    assert answer.status_code == 200
    assert dr_lee.session[ACTED] == before
    assert 0 < int(answer["Dentinel-Seconds-Left"]) <= 60


def test_a_page_left_open_is_told_that_the_session_is_over(
    dr_lee: Client, north_quay: Practice
) -> None:
    age(dr_lee, **{ACTED: 15 * 60})

    answer = dr_lee.get(path(north_quay), headers={"Dentinel-Background": "1"})

    assert (answer.status_code, answer.content) == (401, b"")


def test_twelve_hours_after_sign_in_it_is_over_whatever_one_does(
    dr_lee: Client, north_quay: Practice
) -> None:
    age(dr_lee, **{SIGNED_IN: 12 * 3600})

    assert dr_lee.get(path(north_quay))["Location"] == "/sign-in?ended=1"


def test_a_closed_account_is_out_at_once(dr_lee: Client, north_quay: Practice) -> None:
    north_quay.dr_lee.is_active = False
    north_quay.dr_lee.save()

    assert dr_lee.get(path(north_quay)).status_code == 302


def test_cookies_are_for_the_server_alone(client: Client, north_quay: Practice) -> None:
    answer = client.post("/sign-in", {"email": north_quay.dr_lee.email, "password": PASSWORD})

    cookie = answer.cookies["dentinel"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_a_link_to_choose_a_password_works_once(client: Client, north_quay: Practice) -> None:
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.PASSWORD, north_quay.home.root, timedelta(hours=1)
    )

    shown = client.get(f"/link/{secret}")
    chosen = client.post(f"/link/{secret}", {"password": "eleven teeth and a lamp"})
    again = Client().get(f"/link/{secret}")

    assert b"Choose a password" in shown.content
    assert (chosen.status_code, client.session["_auth_user_id"]) == (302, str(north_quay.dr_lee.id))
    assert again.status_code == 410


def test_of_two_who_open_a_link_at_once_the_slower_changes_nothing(
    rf: RequestFactory, north_quay: Practice
) -> None:
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.PASSWORD, north_quay.home.root, timedelta(hours=1)
    )
    slower = actions.find_link(secret)
    assert slower is not None
    type(slower).objects.filter(pk=slower.pk).update(used_at=timezone.now())

    late = actions.set_password_by_link(rf.post("/"), slower, "eleven teeth and a lamp", "/")

    assert late is None
    north_quay.dr_lee.refresh_from_db()
    assert north_quay.dr_lee.check_password(PASSWORD)


def test_a_weak_password_is_refused_and_the_link_stays(
    client: Client, north_quay: Practice
) -> None:
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.PASSWORD, north_quay.home.root, timedelta(hours=1)
    )

    refused = client.post(f"/link/{secret}", {"password": "short"})

    assert b"at least 12 characters" in refused.content
    assert client.get(f"/link/{secret}").status_code == 200


def test_a_link_ends(client: Client, north_quay: Practice) -> None:
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.PASSWORD, north_quay.home.root, timedelta(seconds=-1)
    )

    assert client.get(f"/link/{secret}").status_code == 410


def test_a_demo_has_a_link_that_signs_in_once(client: Client, north_quay: Practice) -> None:
    (north_quay.home.root / DEMO_MARK).touch()
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.SIGN_IN, north_quay.home.root, timedelta(hours=1)
    )

    first, second = client.get(f"/link/{secret}"), Client().get(f"/link/{secret}")

    assert (first.status_code, second.status_code) == (302, 410)
    assert client.get(path(north_quay)).status_code == 200


def test_outside_of_a_demo_no_link_signs_in(client: Client, north_quay: Practice) -> None:
    mark = north_quay.home.root / DEMO_MARK
    mark.touch()
    secret = actions.make_link(
        north_quay.dr_lee, Purpose.SIGN_IN, north_quay.home.root, timedelta(hours=1)
    )
    mark.unlink()

    assert client.get(f"/link/{secret}").status_code == 410


def test_somebody_who_belongs_nowhere_is_told_whom_to_ask(north_quay: Practice, sign_in) -> None:
    actions.add_user("locum@nowhere.example", "Locum", PASSWORD)

    answer = sign_in("locum@nowhere.example").get("/")

    assert answer.status_code == 200
    assert b"No practice yet" in answer.content


def test_after_ten_wrong_passwords_even_the_right_one_waits(
    client: Client, north_quay: Practice, monkeypatch
) -> None:
    monkeypatch.setattr(actions, "throttle", Throttle())
    credentials = {"email": north_quay.dr_lee.email, "password": "not this one either"}
    for _ in range(10):
        client.post("/sign-in", credentials)

    answer = client.post("/sign-in", {**credentials, "password": PASSWORD})

    assert answer.status_code == 429
    assert b"Wait 15 minutes" in answer.content
