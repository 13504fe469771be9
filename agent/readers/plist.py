"""Property lists, Apple's files of settings: what do they say?

XML and binary alike (plistlib). A list of more than 200,000 values, nested more than 32 deep or
leading back into itself is refused; so is any entity of XML. What is there and of another type
than it should be is a ParseError: nobody guesses whether "0" was meant as a number.
"""

import plistlib
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias
from xml.parsers.expat import ExpatError

from agent.readers.errors import ParseError

Values: TypeAlias = Mapping[str, Any]

_DEEPEST, _MOST = 32, 200_000
_ODD = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    OverflowError,
    MemoryError,
    RecursionError,
    ExpatError,
    struct.error,
)
"""What plistlib raises on bytes that it does not expect, `InvalidFileException` among them."""


def parse(data: bytes) -> Values:
    """The dictionary that a property list is; anything else is a ParseError."""
    found = _loaded(data)
    if not isinstance(found, dict):
        raise ParseError("a property list that is no dictionary")
    return found


def parse_list(data: bytes) -> list[Any]:
    """The list that a property list is; anything else is a ParseError."""
    found = _loaded(data)
    if not isinstance(found, list):
        raise ParseError("a property list that is no list")
    return found


def _loaded(data: bytes) -> object:
    try:
        found: object = plistlib.loads(data)
    except _ODD as error:
        raise ParseError("not a property list") from error
    _bounded(found)
    return found


def _bounded(found: object) -> None:
    """Step by step, not by recursion; objects that are shared are counted each time."""
    ahead, seen = [(found, 0)], 0
    while ahead:
        value, depth = ahead.pop()
        seen += 1
        if seen > _MOST or depth > _DEEPEST:
            raise ParseError("a property list that is too deep or too large")
        if isinstance(value, dict):
            if not all(isinstance(name, str) for name in value):
                raise ParseError("a key that is no text")
            ahead.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            ahead.extend((inner, depth + 1) for inner in value)


def text(values: Values, name: str) -> str:
    """A text that must be there."""
    found = values.get(name)
    if not isinstance(found, str):
        raise ParseError(f"{name} is no text")
    return found


def number(values: Values, name: str) -> int | None:
    """A whole number, None if it is not set."""
    found = values.get(name)
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    if found is not None and (isinstance(found, bool) or not isinstance(found, int)):
        raise ParseError(f"{name} is no whole number")
    return found


def flag(values: Values, name: str) -> bool | None:
    """A switch, also as 0 or 1; None if it is not set."""
    found = values.get(name)
    if found is None or (isinstance(found, bool | int) and found in (0, 1)):
        return None if found is None else bool(found)
    raise ParseError(f"{name} is neither on nor off")


def instant(values: Values, name: str) -> datetime | None:
    """A time, None if it is not set; property lists write UTC."""
    found = values.get(name)
    if found is not None and not isinstance(found, datetime):
        raise ParseError(f"{name} is no time")
    return None if found is None else found.replace(tzinfo=UTC)


def several(values: Values, name: str) -> list[Any]:
    """A list that must be there."""
    found = values.get(name)
    if not isinstance(found, list):
        raise ParseError(f"{name} is no list")
    return found


def records(values: Values, name: str) -> list[Values]:
    """A list of dictionaries that must be there."""
    found = several(values, name)
    if not all(isinstance(one, dict) for one in found):
        raise ParseError(f"{name} holds something else than dictionaries")
    return found


def words(values: Values, name: str) -> list[str]:
    """A list of texts that must be there."""
    found = several(values, name)
    if not all(isinstance(one, str) for one in found):
        raise ParseError(f"{name} holds something else than texts")
    return found
