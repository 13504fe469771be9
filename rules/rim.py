"""How does a program end when a file, its terminal or a word of its command line cannot be used?

With one sentence on standard error and exit code 2, and no lines of Python. Only the standard
library is loaded here, for help must come at once.
"""

import errno
import os
import sys
from collections.abc import Callable

_OF_OUTPUT = {errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EDQUOT}


def run(program: Callable[[], object]) -> None:
    """Run it; a file that cannot be used, a full disk or a lost terminal is told, exit 2."""
    _open_what_is_closed()
    try:
        program()
        sys.stdout.flush()
    except OSError as error:
        if error.filename is None and error.errno not in _OF_OUTPUT:
            raise
        what = shown(error.filename or "what was to be written")
        _end(f"{what} cannot be {'used' if error.filename else 'kept'}: {because(error)}")
    except UnicodeEncodeError:
        odd = next((word for word in sys.argv[1:] if shown(word) != word), None)
        if odd is None:
            raise
        _end(f"{shown(odd)} is no text on this system: set LANG to C.UTF-8, or name it otherwise")


def because(error: OSError) -> str:
    """What the system says of it; that a file stands where a folder is to be, in words of ours."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "it is a file, and a folder is wanted"
    return error.strerror or str(error)


def shown(name: object) -> str:
    """A name as it can be written anywhere: of bytes that are no text, their numbers."""
    return str(name).encode("utf-8", "backslashreplace").decode("utf-8")


def _open_what_is_closed() -> None:
    """Python has None for a stream that its parent closed (`>&-`); nothing then reads or writes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def _end(sentence: str) -> None:
    sys.stderr.write(f"error: {sentence}\n")
    # What could not be written would be tried once more when Python ends, and told again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    raise SystemExit(2) from None
