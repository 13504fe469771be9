"""What does the controller say of a fault: on its standard error, in its journal?

Where it happened, with the lines of our code, and which kinds of errors; never an error's text: it
may hold what a machine or a person sent, and what is refused is kept nowhere. Our own errors carry
a sentence of ours, which is told where they are caught.
"""

import logging
import sys
import traceback
from types import TracebackType

_CHAIN = 4


class Lines(logging.Formatter):
    """One line a record, and below it the fault that led to it, without its words."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """The frames and the kinds."""
        return told(ei[1]) if ei[1] is not None else ""


def told(error: BaseException) -> str:
    """An error's frames and kind, and before it those of the errors that led to it."""
    parts: list[str] = []
    now: BaseException | None = error
    while now is not None and len(parts) < _CHAIN:
        frames = "".join(traceback.format_tb(now.__traceback__))
        parts.append(f"{frames}{type(now).__name__}: its words are not told")
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return "\n".join(reversed(parts))


def begin() -> None:
    """Say what nobody caught in this way, and log so."""

    def uncaught(
        _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        sys.stderr.write(f"{told(error)}\n")

    sys.excepthook = uncaught
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
