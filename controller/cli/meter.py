"""How far is it? One line on a terminal that is written over; nothing anywhere else."""

import sys
import time
from collections.abc import Callable

from controller.cli import shown

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
            shown.wipe()
        elif now - shown_at >= _SECONDS_BETWEEN:
            shown_at = now
            shown.wipe(f"{what}: {done} of {of}")

    return show
