"""What does the controller say of a fault: on its standard error, in its journal?

Where it happened, with the lines of our code, and which kinds of errors; never an error's text: it
may hold what a machine or a person sent, and what is refused is kept nowhere. Our own errors carry
a sentence of ours, which is told where they are caught.

- So it is for what nobody caught, in any thread or task, for warnings, and for every line that a
  library logs: Django's of a page that failed holds its address, and a sign-in link is an address;
  asyncio's of a lost task holds the error's words.
"""

import copy
import logging
import sys
import threading
import traceback
import warnings
from types import TracebackType

_CHAIN = 4
_OURS = ("controller", "dentinel")


class Lines(logging.Formatter):
    """One line a record, and below it the fault that led to it, without its words."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line; of a library's only where it was logged."""
        told = copy.copy(record)
        told.exc_text = told.stack_info = None
        if record.name.partition(".")[0] not in _OURS:
            told.msg, told.args = f"at {record.module}:{record.lineno}", ()
        return super().format(told)

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

    def fault(kind: type[BaseException], error: BaseException | None) -> None:
        sys.stderr.write(f"{told(error) if error is not None else kind.__name__}\n")

    def uncaught(
        kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        fault(kind, error)

    def in_a_thread(of: threading.ExceptHookArgs) -> None:
        if of.exc_type is not SystemExit:
            fault(of.exc_type, of.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = in_a_thread
    sys.unraisablehook = lambda of: fault(of.exc_type, of.exc_value)
    warnings.showwarning = lambda message, category, *_, **__: _warned(category)  # noqa: ARG005
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.raiseExceptions = False  # a line that cannot be made would be told with its arguments


def _warned(category: type[Warning]) -> None:
    sys.stderr.write(f"warning: {category.__name__}\n")
