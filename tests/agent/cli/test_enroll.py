"""`dentinel enroll`, as a person at the machine runs it."""

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import context
from agent.cli.enroll import enroll
from agent.errors import EnrolError, JoinRefused
from tests.agent.practice import Practice

app = typer.Typer(pretty_exceptions_enable=False)


@app.callback()
def dentinel(ctx: typer.Context, home: str | None = None) -> None:
    ctx.obj = context.Chosen(home)


app.command()(enroll)


def run(practice: Practice, *words: str, stdin: str | None = None):
    home = str(practice.home.root)
    return CliRunner().invoke(app, ["--home", home, "enroll", *words], input=stdin)


def test_a_join_string_joins_this_machine(strangers: Practice) -> None:
    done = run(strangers, str(strangers.controller.join(strangers.door.port)))

    assert done.exit_code == 0, done.output
    assert strangers.identity.agent in done.stdout
    assert "dentinel run" in done.stdout


def test_a_join_string_is_read_from_a_file(strangers: Practice, tmp_path: Path) -> None:
    file = tmp_path / "join.txt"
    file.write_text(f"{strangers.controller.join(strangers.door.port)}\n")

    assert run(strangers, str(file)).exit_code == 0
    assert strangers.identity


def test_a_join_string_is_read_from_the_file_that_an_option_names(
    strangers: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "-"
    file.write_text(f"{strangers.controller.join(strangers.door.port)}\n")

    assert run(strangers, "--file", str(file)).exit_code == 0
    assert strangers.identity


@pytest.mark.parametrize("words", [(), ("dentinel1.x@h", "--file", "join.txt")])
def test_one_join_string_is_wanted_and_no_more(strangers: Practice, words: tuple[str, ...]) -> None:
    done = run(strangers, *words)

    assert (done.exit_code, strangers.door.heard) == (2, [])


def test_what_the_former_machine_had_not_sent_is_told(practice: Practice) -> None:
    practice.seal(3)
    done = run(practice, str(practice.controller.join(practice.door.port)), "--new-identity")

    assert "3 reports were never sent of the machine that this was before" in done.stdout


def test_a_join_string_is_read_from_standard_input(strangers: Practice) -> None:
    text = str(strangers.controller.join(strangers.door.port))

    assert run(strangers, "-", stdin=f"{text}\n").exit_code == 0
    assert strangers.identity


@pytest.mark.parametrize("join", ["no-such-file", "dentinel1.damaged@127.0.0.1"])
def test_what_is_no_join_string_is_said_to_be_none(strangers: Practice, join: str) -> None:
    done = run(strangers, join)

    assert isinstance(done.exception, EnrolError)
    assert strangers.door.heard == []


def test_joining_again_renews(practice: Practice) -> None:
    done = run(practice, str(practice.controller.join(practice.door.port)))

    assert re.search("Renewed.*keys stay", done.stdout)


def test_the_machine_speaks_for_itself(strangers: Practice) -> None:
    run(strangers, str(strangers.controller.join(strangers.door.port)))

    body = next(h.body for h in strangers.door.heard if h.path == "/v1/enroll")
    assert b'"family":"linux"' in body
    assert b'"hostname":"' in body


@pytest.fixture
def left(strangers: Practice, tmp_path: Path) -> Path:
    """A join string as an RMM leaves it."""
    file = tmp_path / "join"
    file.write_text(f"{strangers.controller.join(strangers.door.port)}\n")
    return file


def test_what_was_left_joins_the_machine_and_goes(strangers: Practice, left: Path) -> None:
    done = run(strangers, "--left", str(left))

    assert done.exit_code == 0, done.output
    assert strangers.identity
    assert not left.exists()


def test_a_refused_join_string_is_not_left_and_not_tried_again(
    strangers: Practice, left: Path
) -> None:
    text = left.read_text()
    run(strangers, "--left", str(left))
    for path in strangers.home.identity.iterdir():
        path.unlink()
    left.write_text(text)
    done = run(strangers, "--left", str(left))

    assert isinstance(done.exception, JoinRefused)
    assert "has been used already" in done.exception.message
    assert not left.exists()


def test_a_damaged_join_string_is_not_tried_again(strangers: Practice, left: Path) -> None:
    left.write_text("dentinel1.damaged@127.0.0.1\n")
    done = run(strangers, "--left", str(left))

    assert isinstance(done.exception, JoinRefused)
    assert not left.exists()


def test_a_controller_that_is_not_reached_is_tried_again(strangers: Practice, left: Path) -> None:
    left.write_text(f"{strangers.controller.join(1)}\n")
    done = run(strangers, "--left", str(left))

    assert done.exit_code == 75
    assert "stays, and is tried again" in done.stderr
    assert left.exists()


def test_what_was_left_stands_alone(strangers: Practice, left: Path) -> None:
    done = run(strangers, "--left", str(left), "--file", str(left))

    assert done.exit_code == 2
    assert left.exists()
