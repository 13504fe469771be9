"""With which dictionary is a payload packed, and is it the one that it was packed with?

A report says little that another did not, so a dictionary of what reports look like makes it small
(RFC 8878, section 5). Dictionaries are data of the program, made by
`python -m controller.cli.demo.teach` from the reports of made-up practices: nothing of a practice
that is erased lives on in one, and a backup needs none. One that was once shipped stays.

To add one: its file, its line in `_KNOWN`, and `NEWEST`. Rows that are there keep theirs.
"""

import hashlib
from functools import cache
from pathlib import Path

import zstandard

from controller.errors import ControllerError

NEWEST = 1
_KNOWN = {1: "60726c467e339ea2c21b6833719fcc49d376b9c7cdbf112c465d74572e8875ae"}
"""Number -> SHA-256 of its file."""
_FOLDER = Path(__file__).with_name("dictionaries")


class BadDictionary(ControllerError):
    """A dictionary that stored reports need is not there, or is not the one that it was."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(
            f"dictionary {number} of the stored reports {what}",
            help="install this release of dentinel-controller again, or the newer one that wrote"
            " the database; the reports themselves are not lost",
        )


def numbers() -> tuple[int, ...]:
    """Every dictionary that a stored payload may name."""
    return tuple(_KNOWN)


def file_of(number: int) -> Path:
    """Where a dictionary lies."""
    return _FOLDER / f"{number}.zdict"


@cache
def load(number: int) -> zstandard.ZstdCompressionDict:
    """The dictionary of that number, held against its hash; BadDictionary otherwise."""
    if number not in _KNOWN:
        raise BadDictionary(number, "is not known to this release")
    path = file_of(number)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadDictionary(number, f"cannot be read: {path}: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != _KNOWN[number]:
        raise BadDictionary(number, f"was altered: {path}")
    return zstandard.ZstdCompressionDict(data)
