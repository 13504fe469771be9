"""Who follows the tutorial word by word sees what it shows.

Its blocks are followed in their order: `console` is run, and what it prints is compared, where `…`
on its line stands for any lines, and within a line for anything; `yaml` is written into the file
that the paragraph before it names; `diff` changes that file, in stretches that `…` divides.
To write what is printed now into the page, and to see what changed by that:
`python tests/house/test_tutorial.py`.
"""

import contextlib
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app

HOUSE = Path(__file__).parents[2]
FILE = HOUSE / "docs" / "tutorial.md"
PAGE = FILE.read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
ANY = "…"


PIPE = {"COLUMNS": None, "NO_COLOR": None, "FORCE_COLOR": None, "DENTINEL_HOME": None}


def typed(command: str, room: Path) -> str:
    """What a command prints into a pipe, in 80 columns and without colour."""
    words, _, target = command.partition(" > ")
    program, *rest = shlex.split(words)
    assert program == "dentinel"
    with contextlib.chdir(room):
        done = CliRunner().invoke(app, rest, env=PIPE)
    assert done.exit_code in (0, 1, 3), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    if target:
        (room / target).write_text(done.stdout)
        return ""
    return done.output


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, and what is shown of it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def shows(shown: str, printed: str) -> bool:
    """Is this what was printed, where a line of `…` stands for any lines?"""
    lines = ["(?:.*\n)*?" if line == ANY else f"{_line(line)}\n" for line in shown.splitlines()]
    return re.fullmatch("".join(lines), printed) is not None


def _line(shown: str) -> str:
    return ".*".join(map(re.escape, shown.split(ANY)))


def change(text: str, block: str) -> str:
    """The text after each stretch of a block, which stands there once, has been changed."""
    for stretch in block.split(f"{ANY}\n"):
        lines = stretch.splitlines()
        old = "\n".join(line[1:] for line in lines if line[:1] != "+")
        new = "\n".join(line[1:] for line in lines if line[:1] != "-")
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def follow(room: Path) -> list[tuple[str, str, str]]:
    """Do all that the page says; each command, what the page shows of it, what it printed."""
    seen = []
    for block in BLOCK.finditer(PAGE):
        named = re.findall(r"`([\w/-]+\.yaml)`", block["before"])
        if block["kind"] == "console":
            seen += [(cmd, shown, typed(cmd, room)) for cmd, shown in commands(block["text"])]
        elif block["kind"] == "yaml":
            (room / named[-1]).write_text(block["text"])
        else:
            assert block["kind"] == "diff"
            file = room / named[-1]
            file.write_text(change(file.read_text(), block["text"]))
    return seen


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, list[tuple[str, str, str]]]:
    """The folder of somebody who did all that the page says, and what every command printed."""
    room = tmp_path_factory.mktemp("bright-smiles")
    return room, follow(room)


def test_every_block_is_followed() -> None:
    assert len(BLOCK.findall(PAGE)) == PAGE.count("```") // 2


def test_every_command_prints_what_the_page_shows(followed) -> None:
    _, seen = followed
    assert len(seen) >= 12
    for command, shown, printed in seen:
        assert shows(shown, printed), f"$ {command}\n{printed}"


def test_the_way_ends_at_a_pack_that_machines_take(followed) -> None:
    room, _ = followed
    assert (room / "built" / "0.1.0.json").is_file()


def test_it_shows_every_verb_of_an_author_s_day() -> None:
    verbs = ("new pack", "new rule", "check", "test", "fmt", "explain", "diff", "schema")
    assert [verb for verb in verbs if f"$ dentinel rules {verb}" not in PAGE] == []


def test_what_differs_is_seen() -> None:
    assert shows("one\n…\nthree\n", "one\ntwo\nmore\nthree\n")
    assert shows("one\n…\n", "one\n")
    assert shows("one …\n", "one two\n")
    assert not shows("one\n", "one\ntwo\n")
    assert not shows("one\n…\nthree\n", "one\ntwo\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as bright_smiles:
        for command, shown, printed in follow(Path(bright_smiles)):
            if not shows(shown, printed):
                PAGE = PAGE.replace(f"$ {command}\n{shown}", f"$ {command}\n{printed}", 1)
    FILE.write_text(PAGE, encoding="utf-8")
