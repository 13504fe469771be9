"""Help is laid out in one way: whole sentences, capitals for values, examples to be pasted."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from rules.workbench.menu import Menu, unwrapped

LONG = 'dentinel-controller revoke OP1 --reason "break-in of 12 Nov" --org north-quay --until 2026'


class Why(StrEnum):
    LOST = "lost"
    STOLEN = "stolen"


@pytest.fixture
def program() -> typer.Typer:
    app = typer.Typer(cls=Menu, rich_markup_mode=None)

    @app.command(
        help=f"Say in one sentence, longer than a line of eighty, what is done, to the end."
        f"\n\nExample: {LONG}"
    )
    def revoke(
        machine: str,
        why: Annotated[Why | None, typer.Option()] = None,
        reason: Annotated[str, typer.Option()] = "",
        sheet: Annotated[Path | None, typer.Option()] = None,
        until: Annotated[datetime | None, typer.Option()] = None,
        uses: Annotated[int, typer.Option(min=1)] = 1,
        to: Annotated[str, typer.Option(metavar="HOST:PORT")] = "",
        dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    ) -> None: ...

    @app.command(hidden=True)
    def inner() -> None: ...

    return app


def told(program: typer.Typer, *words: str, columns: int = 60) -> str:
    return CliRunner().invoke(program, [*words, "--help"], env={"COLUMNS": str(columns)}).stdout


@pytest.mark.parametrize("columns", [60, 80])
def test_an_example_is_one_line_on_any_terminal(program, columns) -> None:
    assert f"\n  Example: {LONG}\n" in told(program, "revoke", columns=columns)


def test_a_menu_has_whole_sentences_and_nothing_hidden(program) -> None:
    said = told(program)
    assert "to the end." in " ".join(said.split())
    assert "inner" not in said


def test_what_stands_for_a_value_says_what_it_is(program) -> None:
    said = told(program, "revoke", columns=100)
    for shown in (
        *("MACHINE", "--why <lost|stolen>", "--reason REASON", "--sheet FILE", "--until DATE"),
        *("--uses N", "--to HOST:PORT", "--dry-run\n"),
    ):
        assert shown in said


def test_prose_is_wrapped_and_an_example_is_not() -> None:
    assert unwrapped("One\ntwo.\n\nExample: dentinel x\n    --y") == (
        "One two.\n\n\b\nExample: dentinel x --y"
    )
