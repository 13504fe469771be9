"""What does a JSON document of a probe hold, to somebody who knows of which type each field is?

Nothing is guessed: a field that is missing, of another type, too large, or a text that no text of
Windows can be (a lone surrogate, a zero) is ParseError. Where a probe could not fetch a value, it
left its reason in the value's place: `leaf` gives that as Unknown.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from agent.readers import registry
from agent.readers.errors import ParseError
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.form import instant

T = TypeVar("T")

_LONGEST = 32_767
"""UTF-16 units of a path; no text of Windows that is asked for is longer."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object whose fields are asked for by type; every method raises ParseError."""

    _fields: Mapping[str, Any]

    def number(self, name: str, most: int = 0xFFFFFFFF) -> int:
        """A whole number from 0 to `most`."""
        return self._between(name, 0, most)

    def signed(self, name: str) -> int:
        """A whole number of 64 bits with a sign."""
        return self._between(name, -(1 << 63), (1 << 63) - 1)

    def text(self, name: str) -> str:
        """A text."""
        return _text(name, self._field(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(_text(name, one) for one in self._list(name))

    def numbers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers of 32 bits."""
        return tuple(Document({name: one}).number(name) for one in self._list(name))

    def flag(self, name: str) -> bool:
        """A yes or no."""
        value = self._field(name)
        if not isinstance(value, bool):
            raise ParseError(f"{name} is neither true nor false")
        return value

    def at(self, name: str) -> datetime:
        """An instant, as RFC 3339 in UTC."""
        try:
            return instant(self.text(name))
        except ValueError as error:
            raise ParseError(f"{name} is no instant") from error

    def filetime(self, name: str) -> datetime | None:
        """An instant as Windows counts, 100 ns since 1601; None where it is null."""
        if self._field(name) is None:
            return None
        moment = registry.instant(self.number(name, (1 << 63) - 1))
        if moment is None:
            raise ParseError(f"{name} is no instant")
        return moment

    def record(self, name: str) -> "Document":
        """An object inside."""
        return _document(name, self._field(name))

    def records(self, name: str) -> tuple["Document", ...]:
        """A list of objects."""
        return tuple(_document(name, one) for one in self._list(name))

    def has(self, name: str) -> bool:
        """Is there something else than null?"""
        return self._fields.get(name) is not None

    def optional(self, name: str, read: "Callable[[Document, str], T]") -> T | None:
        """A value that may be null: `document.optional("path", Document.text)`."""
        return read(self, name) if self._field(name) is not None else None

    def leaf(self, name: str, read: "Callable[[Document, str], T]") -> Maybe[T]:
        """A value, or the reason that the probe left in its place."""
        why = _failed(self._field(name))
        return read(self, name) if why is None else Unknown(why)

    def _between(self, name: str, least: int, most: int) -> int:
        value = self._field(name)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return int(value)
        raise ParseError(f"{name} is no number from {least} to {most}")

    def _field(self, name: str) -> Any:  # noqa: ANN401 - what JSON gave
        if name not in self._fields:
            raise ParseError(f"no {name}")
        return self._fields[name]

    def _list(self, name: str) -> list[Any]:
        value = self._field(name)
        if not isinstance(value, list):
            raise ParseError(f"{name} is no list")
        return value


def parse(data: bytes) -> Document:
    """The document that a probe printed."""
    return _document("the document", _json(data))


def failed(data: bytes) -> Why:
    """Why a probe that ended with 1 fetched nothing; ParseError if it does not say."""
    why = _failed(_json(data))
    if why is None:
        raise ParseError("a failure without its reason")
    return why


def _json(data: bytes) -> Any:  # noqa: ANN401 - what JSON gives
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ParseError("no JSON document") from error


def _document(name: str, value: object) -> Document:
    if not isinstance(value, dict):
        raise ParseError(f"{name} is no object")
    return Document(value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise ParseError(f"{name} is no text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ParseError(f"{name} is no text of Unicode") from error
    return value


def _failed(value: object) -> Why | None:
    match value:
        case {"error": {"code": str(code), "number": int()}}:
            try:
                return Why(code)
            except ValueError as error:
                raise ParseError("a failure with a reason of another release") from error
    return None
