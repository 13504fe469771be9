"""`dentinel rules check` as a person types it: on a terminal, in a pipe, and over and over."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.compiled import builtin

pty = pytest.importorskip("pty", reason="a terminal of its own is a thing of POSIX")
DENTINEL = [sys.executable, "-m", "agent.cli.app"]
RIGHT, WRONG = 'in ["fixed"', 'in ["fixd"'
PATIENCE_SECONDS = 60


@pytest.fixture
def practice(tmp_path) -> Path:
    """The shipped pack, copied where a practice keeps its own."""
    folder = tmp_path / "rules" / "our-practice"
    folder.mkdir(parents=True)
    for file in builtin.FOLDER.glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def misspell(practice: Path) -> None:
    disks = practice / "disks.yaml"
    disks.write_text(disks.read_text().replace(RIGHT, WRONG))


def mend(practice: Path) -> None:
    """As editors do it: a new file is put in the place of the old one."""
    disks = practice / "disks.yaml"
    (practice / ".disks.swp").write_text(disks.read_text().replace(WRONG, RIGHT))
    (practice / ".disks.swp").replace(disks)


def typed(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    keep = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")
    }
    return subprocess.run(
        [*DENTINEL, "rules", "check", *words],
        cwd=cwd,
        env=keep | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


class Terminal:
    """A terminal in which the command runs, and what it has shown so far."""

    def __init__(self, *words: str, cwd: Path) -> None:
        self._ours, theirs = pty.openpty()
        self.shown = ""
        keep = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.process = subprocess.Popen(
            [*DENTINEL, "rules", "check", *words],
            cwd=cwd,
            env=keep | {"TERM": "xterm", "COLUMNS": "80"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def until(self, said: str, times: int = 1) -> str:
        """Wait until a text has been shown so many times."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.shown.count(said) < times:
            ready, _, _ = select.select([self._ours], [], [], max(0, end - time.monotonic()))
            assert ready, f"{said!r} was not shown {times} times: {self.shown!r}"
            self.shown += os.read(self._ours, 65_536).decode(errors="replace")
        return self.shown

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def watching(practice) -> Iterator[Terminal]:
    """Somebody who has a terminal open beside the editor."""
    terminal = Terminal("--watch", str(practice), cwd=practice.parent)
    yield terminal
    terminal.close()


def test_every_change_is_checked_and_ctrl_c_ends_it_quietly(watching, practice) -> None:
    watching.until("checked at ")
    assert "113 leaves: " in watching.shown
    misspell(practice)
    watching.until("checked at ", times=2)
    assert "DL306:" in watching.shown
    mend(practice)
    watching.until("no errors", times=2)
    assert re.search(r"checked at \d\d:\d\d:\d\d; waiting for a change", watching.shown)
    os.kill(watching.process.pid, signal.SIGINT)
    assert watching.process.wait(timeout=PATIENCE_SECONDS) == 0
    assert "Traceback" not in watching.shown


def test_a_pack_that_goes_away_ends_the_watch_with_a_sentence(watching, practice) -> None:
    watching.until("checked at ")
    practice.rename(practice.with_name("elsewhere"))
    watching.until("there is no")
    assert watching.process.wait(timeout=PATIENCE_SECONDS) == 2


def test_a_terminal_shows_colour_and_a_pipe_never(practice) -> None:
    misspell(practice)
    terminal = Terminal(str(practice), cwd=practice.parent)
    try:
        assert "\x1b[1;31m^^^^^^\x1b[0m" in terminal.until("1 error")
    finally:
        terminal.close()
    piped = typed(str(practice), cwd=practice.parent)
    assert "^^^^^^" in piped.stdout
    assert "\x1b" not in piped.stdout
    assert "\x1b[1;31m^" in typed(str(practice), cwd=practice.parent, FORCE_COLOR="1").stdout


def test_no_line_is_wider_than_a_pipe_of_80_columns(practice) -> None:
    misspell(practice)
    piped = typed("our-practice", cwd=practice.parent).stdout
    assert piped.startswith("our-practice/disks.yaml:")
    assert max(map(len, piped.splitlines())) <= 80


def test_what_a_code_page_lacks_is_no_traceback(practice) -> None:
    file = practice / "disks.yaml"
    file.write_text(file.read_text().replace("pack: dental", "pack: 歯 dental"))
    said = typed("our-practice", cwd=practice.parent, PYTHONIOENCODING="ascii")
    assert said.returncode == 1
    assert "\\u6b6f" in said.stdout
    assert said.stderr == ""


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_programs_get_their_form(practice, form, monkeypatch) -> None:
    misspell(practice)
    monkeypatch.chdir(practice.parent)
    said = CliRunner().invoke(app, ["rules", "check", "our-practice", "--format", form])
    assert said.exit_code == 1
    if form == "github":
        assert said.output.startswith("::error file=our-practice/disks.yaml,line=")
        return
    document = json.loads(said.output)
    assert document.get("dentinel", document.get("version")) in ("problems/v1", "2.1.0")
    assert '"our-practice/disks.yaml"' in said.output


def test_a_document_that_never_ends_is_refused() -> None:
    said = CliRunner().invoke(app, ["rules", "check", "--watch", "--format", "json"])
    assert said.exit_code == 2
    assert "--watch goes with --format text" in said.output


UNREADABLE = {
    "a folder that ends in .yaml": lambda at: (at / "odd.yaml").mkdir(),
    "a link to nowhere": lambda at: (at / "odd.yaml").symlink_to("nowhere"),
    "a pipe": lambda at: os.mkfifo(at / "odd.yaml"),
    "a name that is no text": lambda at: Path(os.fsdecode(os.fsencode(at) + b"/\xff.yaml")).touch(),
    "an empty file": lambda at: (at / "odd.yaml").touch(),
}


@pytest.mark.parametrize("odd", UNREADABLE)
def test_nothing_that_lies_in_a_pack_ends_in_a_traceback(practice, odd, monkeypatch) -> None:
    UNREADABLE[odd](practice)
    monkeypatch.chdir(practice.parent)
    for form in ("text", "json", "sarif", "github"):
        said = CliRunner().invoke(app, ["rules", "check", "our-practice", "--format", form])
        assert said.exit_code in (1, 2), said.output
        assert isinstance(said.exception, SystemExit)
        assert said.output


def test_a_reader_that_goes_away_is_no_traceback(practice) -> None:
    misspell(practice)
    command = " ".join([*DENTINEL, "rules", "check", "our-practice", "--format", "json"])
    said = subprocess.run(
        ["sh", "-c", f"{command} | true"],
        cwd=practice.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr == ""
