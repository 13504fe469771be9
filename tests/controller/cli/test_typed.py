"""A day is typed in one way, and a list without a line says so."""

from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from controller.cli.app import app
from controller.cli.typed import day, say_each


def test_a_day_is_its_midnight() -> None:
    assert day("2026-11-30") == datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["tomorrow", "2026-11-31", "30.11.2026", "20261130", ""])
def test_what_is_no_day_is_told_with_how_to_write_one(typed) -> None:
    with pytest.raises(typer.BadParameter, match="write it as 2026-11-30"):
        day(typed)


def test_a_list_without_a_line_says_so_beside_standard_output(capsys) -> None:
    say_each([], "no machines")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "no machines\n")


def test_a_list_is_a_line_each(capsys) -> None:
    say_each(["OP1", "OP2"], "no machines")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("OP1\nOP2\n", "")


def test_an_empty_home_is_not_the_folder_one_stands_in() -> None:
    """`--home "$UNSET"` of a script."""
    done = CliRunner().invoke(app, ["--home", "", "doctor"])
    assert done.exit_code == 2
    assert "it is empty" in done.output
