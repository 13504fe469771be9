"""What a person typed into a page does nothing to the terminal of who has the server's shell."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import click
import pytest
from django.db import connections

from controller.cli import shown
from controller.identity.home import ControllerHome
from controller.people.oidc import issuers
from controller.people.oidc.issuers import Wanted
from controller.tenants.queries import orgs
from tests.controller.bright_smiles import by

# The title of the window, a clear screen, a line over the last one, and what turns text around.
EVIL = "Sam \x1b]0;root\x07\x1b[2J\x9b1A\rDr. Lee\u202e"
UNGUARDED = "from controller.cli import shown; shown.begin = lambda: None\n"
RUN = """
import sys
from controller.cli import app
sys.argv = ["dentinel-controller", "--home", sys.argv[1], *sys.argv[2:]]
app.main()
"""


def said(home: ControllerHome, words: Sequence[str], before: str = "") -> str:
    """What a command writes to a terminal."""
    connections["default"].close()
    near, far = os.openpty()
    command = [sys.executable, "-c", before + RUN, str(home.root), *words]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=far, stderr=far) as running:
        os.close(far)
        told = b"".join(read(near))
        running.wait(60)
    os.close(near)
    return told.decode().replace("\r\n", "\n")


def read(terminal: int) -> Iterator[bytes]:
    """Until nobody holds the other end any more, which Linux tells by an error."""
    with suppress(OSError):
        while piece := os.read(terminal, 65536):
            yield piece


@pytest.fixture
def service(home: ControllerHome) -> ControllerHome:
    """Somebody has called a sign-in service so, on its page."""
    (org,) = orgs()
    issuers.add(home, org, Wanted(EVIL, "https://login.example", "dentinel", "a secret"), by())
    return home


@pytest.mark.threat("unseen")
def test_a_name_moves_no_cursor_and_answers_for_nobody(service: ControllerHome) -> None:
    told = said(service, ["issuer", "list"])

    assert "Sam \ufffd]0;root\ufffd\ufffd[2J\ufffd1A\ufffdDr. Lee\ufffd" in told
    assert not set(told) & set("\x1b\x07\x9b\r\u202e")


def test_with_the_guard_taken_away_it_does(service: ControllerHome) -> None:
    assert "\x1b[2J" in said(service, ["issuer", "list"], UNGUARDED)


def test_an_error_is_told_by_the_same_guard(service: ControllerHome) -> None:
    told = said(service, ["user", "password", "nobody\x1b[2J"])

    assert "nobody" in told
    assert "\x1b" not in told


def test_nothing_goes_past_the_guard_to_the_bytes_of_a_terminal(tmp_path: Path) -> None:
    """click asks a stream for its `buffer` on a Windows terminal, and writes to that."""
    with (tmp_path / "terminal").open("w", encoding="utf-8") as below:
        stream = shown.guarded(below)
        assert getattr(stream, "buffer", None) is None
        click.echo(EVIL, file=stream)
        stream.flush()

    assert "\x1b" not in (tmp_path / "terminal").read_text("utf-8")


@pytest.mark.parametrize("command", [["--help"], ["issuer", "list"]])
def test_what_is_ours_is_told_as_ever(command: list[str], home: ControllerHome) -> None:
    assert said(home, command) == said(home, command, UNGUARDED)
