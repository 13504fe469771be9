"""What commands take and tell alike: a day, and a list that may be empty."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import typer


def day(text: str) -> datetime:
    """A day as a person types it, from its midnight, UTC."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise typer.BadParameter(f"{text!r} is no day; write it as 2026-11-30")


def say_each(lines: Iterable[str], nothing: str) -> None:
    """One line each; where there is none, that is said, and not on standard output."""
    is_empty = True
    for line in lines:
        is_empty = False
        typer.echo(line)
    if is_empty:
        typer.echo(nothing, err=True)
