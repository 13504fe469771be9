"""Rules at the agents' door: read with the token of the last answer, by machines of the org."""

import base64
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest

from controller.identity.home import ControllerHome
from controller.identity.shelf import Shelf
from evidence.join import Welcome
from tests.controller.clinic import Clinic, Machine, Server

TIMESTAMP, PACK = "metadata/timestamp.json", f"targets/packs/a-b/{'ab' * 32}.1.0.0.json"


@pytest.fixture
def shelf(home: ControllerHome, bright_smiles: Clinic) -> Shelf:
    """The repository of the org, as whoever publishes has left it."""
    shelf = Shelf(home)
    for name in (TIMESTAMP, PACK, "metadata/1.root.json", "metadata/10.root.json"):
        put(shelf, bright_smiles, name, name.encode())
    return shelf


def put(shelf: Shelf, clinic: Clinic, name: str, data: bytes) -> None:
    file = shelf.folder(clinic.org) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


@pytest.fixture
def op1(shelf: Shelf, server: Server) -> Machine:
    return server.machine()


@pytest.fixture
def token(op1: Machine) -> str:
    """What the last answer gave to read with."""
    _, answer = op1.sync()
    assert answer.read
    return answer.read.token


def asked(server: Server, token: str, name: str = TIMESTAMP, org: object = None):
    path = f"/tuf/{org or server.clinic.org}/{name}"
    return server.call("GET", path, b"", {"authorization": f"Bearer {token}"})


def test_an_answer_names_the_newest_rules(server: Server, op1: Machine):
    _, answer = op1.sync()

    assert answer.packs == sha256(TIMESTAMP.encode()).hexdigest()
    assert answer.read
    assert answer.read.until == server.now + timedelta(hours=1)


def test_a_machine_that_holds_them_gets_no_leave(op1: Machine):
    _, answer = op1.sync(packs=sha256(TIMESTAMP.encode()).hexdigest())

    assert answer.packs is not None
    assert answer.read is None


def test_an_org_without_rules_is_told_of_none(server: Server):
    _, answer = server.machine().sync()

    assert (answer.packs, answer.read) == (None, None)


def test_new_rules_are_noticed(server: Server, op1: Machine, shelf: Shelf, bright_smiles: Clinic):
    op1.sync()
    put(shelf, bright_smiles, TIMESTAMP, b"a newer one")

    _, answer = op1.sync()

    assert answer.packs == sha256(b"a newer one").hexdigest()


@pytest.mark.parametrize("name", [TIMESTAMP, PACK, "metadata/1.root.json"])
def test_files_are_read_with_the_token(server: Server, token: str, name: str):
    heard = asked(server, token, name)

    assert (heard.status, heard.body) == (200, name.encode())


def test_a_file_that_is_not_there_is_nobodys_fault(server: Server, token: str):
    for number in range(100):
        assert asked(server, token, f"metadata/{number + 11}.root.json").status == 404


def test_the_token_is_over_after_an_hour(server: Server, token: str):
    server.passes(minutes=59)
    assert asked(server, token).status == 200

    server.passes(minutes=1)

    assert asked(server, token).status == 401


def test_the_token_of_another_org_opens_nothing(server: Server, token: str):
    assert asked(server, token, org=uuid4()).status == 401


@pytest.mark.parametrize("at", [0, 20, 30, 70])
def test_no_letter_of_a_token_can_be_changed(server: Server, token: str, at: int):
    other = "A" if token[at] != "A" else "B"

    assert asked(server, token[:at] + other + token[at + 1 :]).status == 401


@pytest.mark.parametrize("token", ["", "x", "é", "=" * 90, "A" * 75])
def test_what_is_no_token_opens_nothing(server: Server, shelf: Shelf, token: str):
    path = f"/tuf/{server.clinic.org}/{TIMESTAMP}"
    heard = server.call("GET", path, b"", {"authorization": f"Bearer {token}"})

    assert heard.status == 401
    assert server.call("GET", path, b"").status == 401


@pytest.mark.parametrize(
    "name",
    [
        "../../keys/seed",
        "metadata/../../../keys/seed",
        "metadata/..%2f..%2fkeys/seed",
        "targets/../../../controller.sqlite",
        "metadata//timestamp.json",
        "metadata/timestamp.json/",
        "metadata/root.json",
        "metadata\\timestamp.json",
        "/etc/passwd",
        "",
        "metadata",
        "metadata/timestamp.json\0",
    ],
)
def test_no_path_leads_out_of_the_repository(server: Server, token: str, name: str):
    assert asked(server, token, name).status == 404


@pytest.mark.parametrize("org", ["..", "", "{org}/..", "{ORG}"])
def test_no_org_leads_out_of_its_room(server: Server, token: str, org: str):
    said = org.format(org=server.clinic.org, ORG=str(server.clinic.org).upper())

    assert asked(server, token, org=said or ".").status in {401, 404}


def test_rules_are_read_and_never_written(server: Server, token: str):
    path = f"/tuf/{server.clinic.org}/{TIMESTAMP}"

    assert server.post(path, b"").status == 405


def test_a_machine_that_has_left_gets_no_leave(server: Server, op1: Machine, shelf: Shelf):
    answer = op1.sync()[1]
    stopped = replace(answer, code="stopped", packs=None, read=None)
    holder = uuid4()

    assert server.app._leave.told(stopped, server.clinic.org, holder, None) == stopped


def test_a_join_string_pins_the_newest_root(server: Server, shelf: Shelf):
    token = server.token()
    from evidence.join import base32

    welcome = Welcome.pinned(server.get(f"/v1/ca/{base32(token.tid)}").body, token)

    assert base64.b64decode(welcome.tuf_root) == b"metadata/10.root.json"
