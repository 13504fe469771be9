"""What is said of a fault that nobody foresaw, on a machine full of patients' names?

Which kind of error it is, and where in the code: never its text. Python's own words for an error
of a file hold its path, a decoder's the bytes that it could not read, a library's whatever it was
given; and a line of a journal is sent to whoever helps.

    dentinel patrol: fault: PermissionError EACCES at agent.imaging.sweep:167, agent.files:9

- So it is for what nobody caught, in any thread, for warnings, and for every line that a library
  logs: of those the logger and the place are told. Our own lines are told whole, and hold no text
  of an error.
- No process of ours leaves its memory on the disk when it dies (RLIMIT_CORE, getrlimit(2); on
  Windows SetErrorMode, so that no report of the crash is made).
"""

import errno
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Final

_OURS: Final = "agent."
_PLACES = 6
"""So many are told of each error, the innermost first."""
_CHAIN = 4

_ADVICE = (
    "  = help: this is a fault of dentinel; the line above holds no name of a file or person\n"
)


def told(error: BaseException) -> str:
    """The kind and the places of an error, and of those that led to it."""
    return " after ".join(map(_one, _chain(error)))


def begin(program: str, *, logs: bool = True) -> None:
    """Say faults of this process in this way from now on.

    Without `logs` the library for logs is not loaded; if somebody does, `bare_logs` follows.
    """

    def fault(kind: type[BaseException], error: BaseException | None) -> None:
        what = told(error) if error is not None else kind.__name__
        sys.stderr.write(f"{program}: fault: {what}\n{_ADVICE}")
        sys.stderr.flush()

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
    _leave_no_core()
    if logs or "logging" in sys.modules:
        bare_logs()


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and what it came after; the last ones of a long chain are left out."""
    now: BaseException | None = error
    for _ in range(_CHAIN):
        if now is None:
            return
        yield now
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


def _one(error: BaseException) -> str:
    number = error.errno if isinstance(error, OSError) else None
    code = errno.errorcode.get(number or 0) or getattr(error, "sqlite_errorname", "")
    inner = ""
    if isinstance(error, BaseExceptionGroup):
        inner = f" of {len(error.exceptions)}, first {told(error.exceptions[0])}"
    places = ", ".join(reversed([*_places(error.__traceback__)][-_PLACES:]))
    return " ".join(filter(None, [type(error).__name__, code, places and f"at {places}"])) + inner


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        yield f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next


def _warned(category: type[Warning]) -> None:
    sys.stderr.write(f"warning: {category.__name__}\n")


def _leave_no_core() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        with suppress(OSError):  # a unit may forbid it, and then sets it itself (LimitCORE)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    else:
        import msvcrt  # noqa: PLC0415 - Windows' alone

        # No report of Windows Error Reporting, which would send memory; errands inherit it.
        msvcrt.SetErrorMode(msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX)


def bare_logs() -> None:
    """Of each line that is logged: how grave, by whom; of a library's where, and no words."""
    import logging  # noqa: PLC0415 - the guard is to stay small

    class Bare(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            is_ours = record.name.startswith(_OURS)
            said = record.getMessage() if is_ours else f"{record.module}:{record.lineno}"
            error = record.exc_info[1] if record.exc_info else None
            fault = f" {told(error)}" if error is not None else ""
            return f"{record.levelname.lower()}: {record.name} {said}{fault}"

    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(Bare())
    logging.basicConfig(handlers=[handler], force=True)
    logging.raiseExceptions = False  # a line that cannot be made would be told with its arguments
