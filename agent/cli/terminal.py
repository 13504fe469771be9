"""Does a person look at a terminal: how wide is it, and may it be coloured?

Colour is for a terminal and never for a pipe. NO_COLOR (no-color.org) forbids it and FORCE_COLOR
asks for it, each if it is not empty; NO_COLOR is the stronger. A pipe is as wide as COLUMNS says,
else 80.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping

import typer

from rules.workbench.reports.base import Look

_WIDEST = 120
_SECONDS_BETWEEN = 0.1


def look(environment: Mapping[str, str] = os.environ, *, is_terminal: bool | None = None) -> Look:
    """How text on standard output may look."""
    seen = sys.stdout.isatty() if is_terminal is None else is_terminal
    columns = shutil.get_terminal_size((80, 24)).columns if seen else _asked(environment)
    return Look(min(columns, _WIDEST), _coloured(environment, seen=seen))


def _asked(environment: Mapping[str, str]) -> int:
    columns = environment.get("COLUMNS", "")
    return int(columns) if columns.isascii() and columns.isdigit() and int(columns) else 80


def _coloured(environment: Mapping[str, str], *, seen: bool) -> bool:
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return seen and environment.get("TERM") != "dumb"


def say(text: str) -> None:
    """Write to standard output; a character that its code page lacks is spelt out."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    safe = text.encode(encoding, "backslashreplace").decode(encoding)
    # Colour was decided already: typer would strip what FORCE_COLOR asks for.
    typer.echo(safe, nl=False, color=True)


def progress(
    environment: Mapping[str, str] = os.environ,
    clock: Callable[[], float] = time.monotonic,
    *,
    is_terminal: bool | None = None,
) -> Callable[[str, int, int], None]:
    """One line on a terminal that is written over and over; nothing anywhere else.

    It takes what is being done, how many are done, and of how many; of none wipes the line. By the
    clock, in seconds, it is written at most ten times a second.
    """
    seen = sys.stderr.isatty() if is_terminal is None else is_terminal
    if not seen or environment.get("TERM") == "dumb":
        return lambda _what, _done, _of: None
    shown_at = float("-inf")

    def show(what: str, done: int, of: int) -> None:
        nonlocal shown_at
        now = clock()
        if of == 0:
            typer.echo("\r\x1b[K", nl=False, err=True, color=True)
        elif now - shown_at >= _SECONDS_BETWEEN:
            shown_at = now
            typer.echo(f"\r\x1b[K{what}: {done} of {of}", nl=False, err=True, color=True)

    return show
