"""What an author reads about each mistake, word for word, in 80 columns and without colour.

A folder `<ID>-<slug>/` holds the files of one mistake; `expected.txt` what is printed about it. The
commands are `rules check .`, or the lines of `command.txt` (after `dentinel`; `{out}` is an empty
folder that is not looked at). A file may stand in a folder below; a name that ends in `.hex` is
written as the bytes that it spells, without the ending; what follows `<` in a command is its input.
To write what is printed now, and to see what changed: `python tests/rules/golden/write.py [ID…]`.
"""

import os
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.program import program
from rules.compiled.codes import MEANINGS

HERE = Path(__file__).parent
MISTAKES = tuple(sorted(folder for folder in HERE.iterdir() if (folder / "expected.txt").is_file()))
ABOUT = frozenset({"expected.txt", "command.txt"})
PLAIN = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "FORCE_COLOR": None}


def shown(mistake: Path, room: Path) -> str:
    """What the commands of a folder print, run on a copy of its files below an empty `room`."""
    files, out = room / "files", room / "out"
    out.mkdir(parents=True)
    shutil.copytree(mistake, files, ignore=shutil.ignore_patterns(*ABOUT))
    for spelt in files.rglob("*.hex"):
        spelt.with_suffix("").write_bytes(bytes.fromhex(spelt.read_text(encoding="ascii")))
        spelt.unlink()
    asked = mistake / "command.txt"
    commands = asked.read_text(encoding="utf-8").splitlines() if asked.is_file() else []
    before = Path.cwd()
    os.chdir(files)
    try:
        answers = [_answer(command, out) for command in commands or ["rules check ."]]
    finally:
        os.chdir(before)
    return "\n".join(answers)


def _answer(command: str, out: Path) -> str:
    command_line, _, lines = command.partition(" < ")
    words = [word.replace("{out}", str(out)) for word in shlex.split(command_line)]
    given = Path(lines).read_bytes() if lines else None
    done = CliRunner().invoke(program(words), words, given, env=PLAIN, prog_name="dentinel")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    said = done.output.replace(str(out), "{out}")
    return f"$ dentinel {command}\n{said}(exit {done.exit_code})\n"


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda folder: folder.name)
def test_what_is_printed_about_a_mistake_is_what_was_agreed(mistake, tmp_path) -> None:
    said = shown(mistake, tmp_path)
    assert said == (mistake / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda folder: folder.name)
def test_a_mistake_is_told_by_the_id_in_its_name_within_eighty_columns(mistake) -> None:
    said = (mistake / "expected.txt").read_text(encoding="utf-8")
    assert mistake.name[:5] in said
    written = [line for line in said.splitlines() if not line.startswith(("{", "$"))]
    assert [line for line in written if len(line) > 80] == []


def test_every_id_has_a_mistake_that_shows_it() -> None:
    """By its page, where no command can be made to show it: a deadline, a fault of ours."""
    shown_here = {folder.name[:5] for folder in MISTAKES}
    assert [identifier for identifier in MEANINGS if identifier not in shown_here] == []
