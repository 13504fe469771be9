"""People come in by their org's own sign-in service, and nobody else does.

The service is a program of its own that speaks OpenID Connect over TLS; what is wrong with its
answers is told to it.
"""

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from controller.errors import AlreadyDone
from controller.ledger.models import Audit
from controller.pages import oidc
from controller.people.models import Connection, Issuer, Membership
from controller.people.oidc import issuers
from controller.people.oidc.issuers import Wanted
from controller.people.roles import Role
from controller.tenants.scope import Place
from tests.controller import bright_smiles
from tests.controller.bright_smiles import Practice, path, person, practice
from tests.controller.pages.test_second_factor import code_of, sets_up_phone, types_password
from tests.controller.people.oidc.running import Running, running
from tests.controller.people.oidc.service import CLIENT, SECRET


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture
def service(program: Running, north_quay: Practice, settings, monkeypatch) -> Running:
    """The service, in which Dr. Lee is signed in with a second factor; this server may reach it."""
    settings.ALLOW_TO = "127.0.0.0/8"
    monkeypatch.setenv("SSL_CERT_FILE", str(program.authority))
    monkeypatch.setattr(oidc, "_known", oidc.provider.Known())
    cache.clear()
    program.be(anew=True, person={"email": north_quay.dr_lee.email})
    return program


@pytest.fixture
def set_up(service: Running, north_quay: Practice) -> Issuer:
    """The service as North Quay IT has set it up; its second factor counts."""
    wanted = Wanted("Staff login", service.url, CLIENT, SECRET, is_trusted=True, acr=("gold",))
    return issuers.add(north_quay.home, north_quay.org, wanted, bright_smiles.by())


@pytest.fixture
def connected(set_up: Issuer, service: Running, dr_lee: Client) -> Issuer:
    """Dr. Lee has connected it."""
    connects(dr_lee, service, set_up)
    assert Connection.objects.at(place(set_up)).count() == 1
    return set_up


def place(row: Issuer) -> Place:
    return Place(row.org_id)


def connects(client: Client, service: Running, row: Issuer):
    """By the page that says what it means, and its link."""
    page = client.get(f"/me/sign-in-by/{row.id}").content.decode()
    (link,) = re.findall(rf'href="(/oidc/{row.id}/connect[^"]*)"', page)
    return comes_back(client, service, link)


def comes_back(client: Client, service: Running, begins: str):
    """Go to the service by a link of ours, and come back with what it said."""
    away = client.get(begins)
    assert away.status_code == 302, away.content
    return client.get(service.signs_in(away["Location"]))


def sign_in(client: Client, service: Running, row: Issuer, onward: str = "/"):
    return comes_back(client, service, f"/oidc/{row.id}/sign-in?next={onward}")


def is_in(client: Client, there: Practice) -> bool:
    return client.get(path(there)).status_code == 200


def test_who_has_connected_it_comes_in_and_goes_where_he_wanted(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    answer = sign_in(client, service, connected, path(north_quay, "findings/"))

    assert answer["Location"] == path(north_quay, "findings/")
    assert is_in(client, north_quay)


def test_the_way_there_carries_what_binds_it_to_this_browser(
    set_up: Issuer, service: Running, client: Client
) -> None:
    away = [client.get(f"/oidc/{set_up.id}/sign-in")["Location"] for _ in range(2)]

    asked = [{name: one[0] for name, one in parse_qs(urlsplit(to).query).items()} for to in away]
    assert asked[0]["code_challenge_method"] == "S256"
    for word in ("state", "nonce", "code_challenge"):
        assert len(asked[0][word]) >= 43
        assert asked[0][word] != asked[1][word]


def test_the_sign_in_page_offers_it_and_sends_nobody_elsewhere(
    connected: Issuer, service: Running, client: Client
) -> None:
    assert b"Sign in with Staff login" in client.get("/sign-in").content

    answer = sign_in(client, service, connected, "https://elsewhere.example/")

    assert answer["Location"] == "/"


def test_nobody_signs_up_by_it(
    set_up: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    """Not even by the verified e-mail of somebody who was let in: he has to connect it himself."""
    answer = sign_in(client, service, set_up)

    assert answer.status_code == 403
    assert b"nobody here has connected this account" in answer.content
    assert not is_in(client, north_quay)
    assert Audit.objects.at(north_quay.place).filter(action="sign_in.fail").count() == 1


WRONG = (
    "issuer",
    "audience",
    "two audiences",
    "authorised party",
    "expired",
    "issued later",
    "no end",
    "nonce",
    "no nonce",
    "no subject",
    "alg none",
    "alg of the secret",
    "another key",
    "changed",
    "mixed up",
    "refuses",
)


@pytest.mark.threat("forged-sign-in")
@pytest.mark.parametrize("fault", WRONG)
def test_an_answer_that_is_not_true_lets_nobody_in(
    fault: str, connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    service.be(fault=fault)

    answer = sign_in(client, service, connected)

    assert answer.status_code == 403
    assert b'id="refused"' in answer.content
    assert not is_in(client, north_quay)


@pytest.mark.threat("forged-sign-in")
def test_an_answer_counts_once_and_in_the_browser_that_asked(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    back = service.signs_in(client.get(f"/oidc/{connected.id}/sign-in")["Location"])
    thief = Client()
    assert thief.get(back).status_code == 403
    client.get(back)
    assert is_in(client, north_quay)
    client.post("/sign-out")

    again = client.get(back)

    assert (again.status_code, is_in(client, north_quay)) == (403, False)
    assert not is_in(thief, north_quay)


@pytest.mark.threat("forged-sign-in")
def test_a_code_of_another_trip_is_not_taken(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    """A stolen code, put behind a state of one's own: PKCE and the nonce say whose it is."""
    stolen = service.signs_in(Client().get(f"/oidc/{connected.id}/sign-in")["Location"])
    mine = service.signs_in(client.get(f"/oidc/{connected.id}/sign-in")["Location"])
    code, state = parse_qs(urlsplit(stolen).query)["code"], parse_qs(urlsplit(mine).query)["state"]

    answer = client.get(urlsplit(mine).path, {"code": code[0], "state": state[0]})

    assert (answer.status_code, is_in(client, north_quay)) == (403, False)


def test_an_answer_after_ten_minutes_is_too_late(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    back = service.signs_in(client.get(f"/oidc/{connected.id}/sign-in")["Location"])
    session = client.session
    session["trip"] = {**session["trip"], "at": time.time() - 601}
    session.save()

    assert client.get(back).status_code == 403
    assert not is_in(client, north_quay)


def test_keys_that_have_changed_are_fetched_anew(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    client.get(f"/oidc/{connected.id}/sign-in")
    service.be(rotate=True)

    sign_in(client, service, connected)

    assert is_in(client, north_quay)


def with_phone(there: Practice) -> str:
    """Dr. Lee sets up a phone; its key."""
    desk = Client()
    types_password(desk, there.dr_lee)
    key, _ = sets_up_phone(desk)
    cache.clear()
    return key


SHOWN = (
    ({"amr": ["mfa"]}, True),
    ({"amr": ["pwd", "otp"]}, True),
    ({"amr": ["pwd", "hwk"]}, True),
    ({"amr": [], "acr": "gold"}, True),
    ({"amr": ["pwd"]}, False),
    ({"amr": ["otp"]}, False),
    ({"amr": ["pwd"], "acr": "silver"}, False),
    ({"amr": "mfa"}, False),
    ({"amr": None}, False),
)


@pytest.mark.threat("stolen-password")
@pytest.mark.parametrize(("said", "counts"), SHOWN, ids=str)
def test_without_a_second_factor_of_theirs_ours_is_asked_for(
    said: dict,
    counts: bool,
    connected: Issuer,
    service: Running,
    client: Client,
    north_quay: Practice,
) -> None:
    key = with_phone(north_quay)
    service.be(person=said)

    answer = sign_in(client, service, connected)

    assert is_in(client, north_quay) is counts
    if not counts:
        assert answer["Location"] == "/sign-in/code"
        client.post("/sign-in/code", {"code": code_of(key)})
        assert is_in(client, north_quay)


def test_a_service_that_the_org_does_not_trust_is_never_enough(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    with_phone(north_quay)
    by = bright_smiles.by()
    issuers.trust(north_quay.home, north_quay.place, connected.id, by, is_trusted=False)

    assert sign_in(client, service, connected)["Location"] == "/sign-in/code"
    assert not is_in(client, north_quay)


def test_one_org_s_trust_is_not_another_s(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    with_phone(north_quay)
    other = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    Membership(org=other.org, user=north_quay.dr_lee, role=Role.MSP_TECH).save()

    assert sign_in(client, service, connected)["Location"] == "/sign-in/code"


def test_its_session_ends_as_every_other(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    sign_in(client, service, connected)
    session = client.session
    session["acted"] -= 15 * 60
    session.save()

    assert client.get(path(north_quay))["Location"] == "/sign-in?ended=1"


def test_what_weighs_much_still_asks_for_what_is_ours(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    sign_in(client, service, connected)

    answer = client.post(f"/{north_quay.org.slug}/settings/", {"minutes": "30"})

    assert answer["Location"].startswith("/again/")


UNKNOWN = (
    {"email": "somebody@else.example"},
    {"email_verified": False},
    {"email_verified": "true"},
    {"email": None},
)


@pytest.mark.parametrize("said", UNKNOWN, ids=str)
def test_only_who_is_known_there_by_his_verified_e_mail_connects_it(
    said: dict, set_up: Issuer, service: Running, dr_lee: Client
) -> None:
    service.be(person=said)

    answer = connects(dr_lee, service, set_up)

    assert answer.status_code == 403
    assert b"does not say that" in answer.content
    assert not Connection.objects.at(place(set_up)).exists()


def test_one_account_there_is_one_person_here(
    connected: Issuer, service: Running, north_quay: Practice, sign_in
) -> None:
    sam = person(north_quay, Role.MSP_TECH, "sam@north-quay.example")
    service.be(person={"email": sam.email})

    answer = connects(sign_in(sam.email), service, connected)

    assert answer.status_code == 403
    assert b"lets somebody else in" in answer.content


def test_connecting_asks_again_who_it_is(set_up: Issuer, dr_lee: Client) -> None:
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    for wanted in (f"/me/sign-in-by/{set_up.id}", f"/oidc/{set_up.id}/connect"):
        assert dr_lee.get(wanted)["Location"].startswith("/again/")


def test_a_stranger_connects_nothing(set_up: Issuer, north_quay: Practice, sign_in) -> None:
    other = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    stranger = sign_in(other.dr_lee.email)

    for wanted in (f"/me/sign-in-by/{set_up.id}", f"/oidc/{set_up.id}/connect"):
        assert stranger.get(wanted).status_code == 404
    assert b"Staff login" not in stranger.get("/me/sign-in-by").content


def test_who_has_left_comes_in_by_no_service(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    north_quay.dr_lee.is_active = False
    north_quay.dr_lee.save()

    assert sign_in(client, service, connected).status_code == 403
    assert not is_in(client, north_quay)


@pytest.mark.threat("forged-sign-in")
def test_who_left_the_org_comes_in_by_its_service_no_more(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    """He belongs to another org still, and that one's door is not for this one to open."""
    other = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", ())
    Membership(org=other.org, user=north_quay.dr_lee, role=Role.MSP_TECH).save()
    Membership.objects.at(north_quay.place).filter(user=north_quay.dr_lee).delete()

    answer = sign_in(client, service, connected)

    assert answer.status_code == 403
    assert b"nobody here has connected" in answer.content


@pytest.mark.threat("forged-sign-in")
def test_a_link_from_elsewhere_connects_nothing(
    set_up: Issuer, service: Running, dr_lee: Client
) -> None:
    """Whoever runs the service cannot have somebody connect it by a mere click."""
    there = f"/me/sign-in-by/{set_up.id}"
    for link in ("", "?sure=", "?sure=guessed"):
        answer = dr_lee.get(f"/oidc/{set_up.id}/connect{link}")
        assert (answer.status_code, answer["Location"]) == (302, there)

    page = dr_lee.get(there).content.decode()
    (link,) = re.findall(rf'href="(/oidc/{set_up.id}/connect[^"]*)"', page)
    first, again = dr_lee.get(link), dr_lee.get(link)

    assert first["Location"].startswith(service.url)
    assert again["Location"] == there


def test_a_connection_ends_by_its_person(
    connected: Issuer, service: Running, client: Client, dr_lee: Client, north_quay: Practice
) -> None:
    held = Connection.objects.at(place(connected)).get()

    dr_lee.post("/me/sign-in-by", {"end": str(held.id)})

    assert sign_in(client, service, connected).status_code == 403
    acts = Audit.objects.at(north_quay.place).filter(action__startswith="connection.")
    assert [one.action for one in acts.order_by("n")] == ["connection.make", "connection.end"]


def test_an_ended_service_lets_nobody_in(
    connected: Issuer, service: Running, client: Client, north_quay: Practice
) -> None:
    back = service.signs_in(client.get(f"/oidc/{connected.id}/sign-in")["Location"])

    issuers.end(north_quay.home, north_quay.place, connected.id, bright_smiles.by())

    assert client.get(back).status_code == 404
    assert client.get(f"/oidc/{connected.id}/sign-in").status_code == 404
    assert not Connection.objects.at(place(connected)).exists()


def test_its_secret_lies_locked(set_up: Issuer) -> None:
    kept = bytes(Issuer.objects.at(place(set_up)).get().secret)

    assert SECRET.encode() not in kept


def test_a_service_that_calls_itself_otherwise_is_not_believed(
    connected: Issuer, service: Running, client: Client
) -> None:
    service.be(issuer="https://another.example")

    answer = client.get(f"/oidc/{connected.id}/sign-in")

    # It was asked when Dr. Lee connected it: for ten minutes what it said then holds.
    assert answer.status_code == 302
    oidc._known.forget(connected.url)
    answer = client.get(f"/oidc/{connected.id}/sign-in")
    assert (answer.status_code, b"another.example" in answer.content) == (403, False)
    assert b"cannot be used at present" in answer.content


def test_a_service_that_does_not_answer_is_left_alone_for_a_while(
    set_up: Issuer, service: Running, client: Client, settings
) -> None:
    settings.ALLOW_TO = ""
    first = client.get(f"/oidc/{set_up.id}/sign-in")
    settings.ALLOW_TO = "127.0.0.0/8"
    service.be()

    second = client.get(f"/oidc/{set_up.id}/sign-in")

    assert (first.status_code, second.status_code) == (403, 403)
    assert service.be() == ["/be"]


@pytest.mark.threat("door-tells")
def test_why_a_service_cannot_be_used_is_told_to_nobody_at_the_door(
    set_up: Issuer, service: Running, client: Client, dr_lee: Client, settings
) -> None:
    """Its address may be one within the network of the org, and its words are its own."""
    settings.ALLOW_TO = ""
    wanted = re.search(r'href="(/oidc/[^"]*)"', dr_lee.get(f"/me/sign-in-by/{set_up.id}").text)

    outside, inside = client.get(f"/oidc/{set_up.id}/sign-in"), dr_lee.get(wanted[1])

    assert (outside.status_code, inside.status_code) == (403, 403)
    assert "127.0.0.1" in inside.text
    assert "not on the public internet" in inside.text
    assert "cannot be used at present" in outside.text
    for word in ("127.0.0.1", "localhost", "public internet", "ALLOW_TO", set_up.url):
        assert word not in outside.text


NEW = {"do": "add", "name": "Staff login", "url": "https://login.example", "client_id": "dentinel"}


def test_an_administrator_sets_it_up_by_a_page_and_its_secret_is_not_shown(
    dr_lee: Client, north_quay: Practice
) -> None:
    page = f"/{north_quay.org.slug}/settings/sign-in/"

    answer = dr_lee.post(page, {**NEW, "secret": SECRET})

    row = Issuer.objects.at(north_quay.place).get()
    shown = dr_lee.get(page).content.decode()
    assert answer.status_code == 302
    assert f"/oidc/{row.id}/back" in shown
    assert SECRET not in shown
    act = Audit.objects.at(north_quay.place).get(action="issuer.add")
    assert SECRET not in str(act.after)


@pytest.mark.parametrize(
    "wrong", [{"url": "http://login.example"}, {"url": "login"}, {"name": " "}, {"secret": ""}]
)
def test_what_is_wrong_with_it_is_told_and_the_rest_kept(
    wrong: dict, dr_lee: Client, north_quay: Practice
) -> None:
    answer = dr_lee.post(
        f"/{north_quay.org.slug}/settings/sign-in/", {**NEW, "secret": SECRET, **wrong}
    )

    assert answer.status_code == 422
    assert b'value="dentinel"' in answer.content
    assert SECRET.encode() not in answer.content
    assert not Issuer.objects.at(north_quay.place).exists()


def test_one_service_is_set_up_once(set_up: Issuer, service: Running, north_quay: Practice) -> None:
    wanted = Wanted("Again", service.url, CLIENT, SECRET)

    with pytest.raises(AlreadyDone):
        issuers.add(north_quay.home, north_quay.org, wanted, bright_smiles.by())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MSP_ADMIN])
def test_only_administrators_set_services_up(role: Role, north_quay: Practice, sign_in) -> None:
    someone = sign_in(person(north_quay, role, f"{role}@north-quay.example").email)
    page = f"/{north_quay.org.slug}/settings/sign-in/"

    assert someone.get(page).status_code == 404
    assert someone.post(page, {**NEW, "secret": SECRET}).status_code == 404
    assert not Issuer.objects.at(north_quay.place).exists()
