"""How does a program end when a file, its terminal or a word of its command line cannot be used?

With one sentence on standard error and exit code 2, and no lines of Python. Only the standard
library is loaded here, for help must come at once.

- A file is named where it was typed. Any other name is nobody's business: standard error may be a
  journal, and the file a patient's. That is a fault, and is told as one, by its place in the code.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

_OF_OUTPUT = {errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EDQUOT}


def run(program: Callable[[], object]) -> None:
    """Run it; a file that cannot be used, a full disk or a lost terminal is told, exit 2."""
    _open_what_is_closed()
    try:
        program()
        sys.stdout.flush()
    except OSError as error:
        if error.filename is None and error.errno in _OF_OUTPUT:
            _end(f"what was to be written cannot be kept: {because(error)}")
        if not _was_typed(error.filename):
            raise
        _end(f"{shown(error.filename)} cannot be used: {because(error)}")
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


def _was_typed(name: object) -> bool:
    """Does this file stand among the words of the command line, or above one that does?"""
    if not isinstance(name, str | os.PathLike):
        return False
    path = Path(name).absolute()
    return any(path == word or path in word.parents for word in _paths())


def _paths() -> Iterator[Path]:
    for word in sys.argv[1:]:
        value = word.partition("=")[2] if word.startswith("--") else word
        if value:
            yield Path(value).absolute()


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
