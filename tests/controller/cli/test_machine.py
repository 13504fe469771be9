"""Machines from the server's shell: what waits is seen first, and each change is told."""

import os
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from click.testing import Result
from typer.testing import CliRunner

from controller.cli.app import app
from controller.ledger.models import Audit
from evidence.join import JoinString
from tests.controller.clinic import Machine, Server


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    with patch.dict(os.environ):
        yield


@pytest.fixture
def op1(server: Server) -> Machine:
    return server.machine("OP1")


@pytest.fixture
def op2(server: Server) -> Machine:
    """It joined by a token of several uses, and waits."""
    return server.machine("OP2", max_uses=2)


def types(server: Server, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(server.home.root), "machine", *words])


def test_what_waits_for_approval_stands_first(server: Server, op1: Machine, op2: Machine) -> None:
    said = types(server, "list").stdout.splitlines()
    assert [line.split()[:2] for line in said] == [["pending", "OP2"], ["active", "OP1"]]


def test_a_life_from_the_shell(server: Server, op2: Machine) -> None:
    steps = [
        ("approve", "OP2"),
        ("quarantine", "op2", "--reason", "was at a repair shop"),
        ("approve", op2.agent),
        ("rotate-keys", "OP2"),
        ("order", "OP2", "rescan"),
        ("revoke", "OP2", "--why", "stolen", "--reason", "break-in", "--yes"),
    ]
    for words in steps:
        done = types(server, *words)
        assert done.exit_code == 0, done.output
    assert op2.sync()[1].state == "revoked"
    acts = Audit.objects.at(server.clinic.place).filter(object=op2.agent).order_by("n")
    assert [one.action.partition(".")[2] for one in acts] == [
        *("approve", "quarantine", "approve", "order", "order", "revoke")
    ]


def test_revoking_asks_first(server: Server, op1: Machine) -> None:
    done = types(server, "revoke", "OP1", "--why", "lost", "--reason", "left in a taxi")
    assert done.exit_code != 0
    assert op1.sync()[1].state == "active"


def test_a_reimaged_machine_is_shown_with_the_command_that_confirms_it(
    server: Server, op1: Machine
) -> None:
    server.passes(hours=1)
    again = Machine(server, "OP1")
    again.enrol(again.request(server.token(), replaces=op1.agent))
    assert f"machine replace {again.agent} {op1.agent}" in types(server, "show", again.agent).stdout

    assert types(server, "replace", again.agent, op1.agent).exit_code == 0
    assert types(server, "list").stdout.count("OP1") == 1
    assert "superseded" in types(server, "list", "--ended").stdout


def test_two_of_one_name_are_told_apart_by_id(server: Server, op1: Machine) -> None:
    server.machine("OP1")
    done = types(server, "show", "OP1")
    assert done.exit_code == 2
    assert op1.agent in done.stderr


def test_retiring_keeps_what_became_of_the_disks(server: Server, op1: Machine) -> None:
    types(server, "retire", "OP1", "--disposal", "disk shredded 12 Nov")
    assert "disk shredded 12 Nov" in types(server, "show", "OP1").stdout


def test_another_clinic_is_joined_anew(server: Server, op1: Machine) -> None:
    done = types(server, "move", "OP1", "--site", "harbor")
    assert done.exit_code == 2
    assert "--new-identity" in done.stderr


def test_a_name_that_nobody_has_says_what_to_do(server: Server) -> None:
    done = types(server, "approve", "OP9")
    assert (done.exit_code, "machine list" in done.stderr) == (2, True)


def token(server: Server, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(server.home.root), "token", *words])


def test_a_token_says_who_joined_by_it(server: Server) -> None:
    made = token(
        server, "make", "--uses", "2", "--platform", "linux", "--host", "controller.lan:8443"
    )
    number = made.stdout.split(".")[1]
    op1 = Machine(server, "OP1")
    op1.join(JoinString.parse(made.stdout))

    said = token(server, "show", number).stdout
    assert "used      1 of 2" in said
    assert "systems   linux" in said
    assert "from 192.0.2.7  OP1  pending" in said


def test_a_token_of_two_uses_may_be_for_machines_that_count_at_once(server: Server) -> None:
    made = token(server, "make", "--uses", "2", "--approval", "auto")
    op1 = Machine(server, "OP1")
    op1.join(JoinString.parse(made.stdout))
    assert op1.enrolled.state == "active"


@pytest.mark.parametrize("words", [("make", "--site", "annex"), ("show", "abcdefghij234")])
def test_what_is_not_there_is_said(server: Server, words: tuple[str, ...]) -> None:
    done = token(server, *words)
    assert (done.exit_code, "next:" in done.stderr) == (2, True)
