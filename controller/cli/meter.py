"""How far is it? One line on a terminal that is written over; nothing anywhere else."""

import sys
import time
from collections.abc import Callable

import typer

_SECONDS_BETWEEN = 0.1


def meter(
    what: str, clock: Callable[[], float] = time.monotonic, *, is_terminal: bool | None = None
) -> Callable[[int, int], None]:
    """Takes how many are done and of how many; the line is wiped when all are.

    It stands on standard error and is written at most ten times a second by the clock.
    """
    seen = sys.stderr.isatty() if is_terminal is None else is_terminal
    if not seen:
        return lambda _done, _of: None
    shown_at = float("-inf")

    def show(done: int, of: int) -> None:
        nonlocal shown_at
        now = clock()
        if done >= of:
            typer.echo("\r\x1b[K", nl=False, err=True, color=True)
        elif now - shown_at >= _SECONDS_BETWEEN:
            shown_at = now
            typer.echo(f"\r\x1b[K{what}: {done} of {of}", nl=False, err=True, color=True)

    return show
