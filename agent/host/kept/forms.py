"""How is an answer taken apart, so that each text in it is judged by what it is?

A form is named for each program, probe and file (programs.py, probes.py and files.py beside this
one). What none of them understands is dropped.
"""

import json
import plistlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from agent.host.kept.kinds import Kind
from agent.host.kept.standins import StandIns
from agent.readers import plist
from agent.readers.errors import ParseError

_BINARY = b"bplist00"
_TOKEN = re.compile(r"[^\W_]+")
_IPV4 = re.compile(r"(?<![0-9.])[0-9]{1,3}(\.[0-9]{1,3}){3}(?![0-9.])")
_SMALL = 10
"""Digits of a number that is no serial number and no telephone's."""


class Form(Protocol):
    """The way in which bytes hold texts."""

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The bytes as they may be kept."""
        ...


class Nothing:
    """Bytes that no collector reads."""

    def kept(self, data: bytes, names: StandIns) -> bytes:  # noqa: ARG002 - as every form is asked
        """None of them."""
        return b""


class Fields:
    """A JSON document or a property list: of each object the fields that are declared, no other.

    `kinds` says what the texts of a field are, at any depth; numbers, switches and times stay. A
    line of text may stand before the document, as macOS writes some: it is left empty.
    """

    def __init__(self, kinds: Mapping[str, Kind] | None = None, /, **more: Kind) -> None:
        self.kinds: Mapping[str, Kind] = {**(kinds or {}), **more}

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The document without what is not declared; nothing of what is no document."""
        found = _opened(data)
        if found is None:
            first, _, rest = data.partition(b"\n")
            found = _opened(rest) if first else None
            return b"" if found is None else b"\n" + self._written(*found, names)
        return self._written(*found, names)

    def _written(self, value: object, write: Callable[[Any], bytes], names: StandIns) -> bytes:
        return write(self.of(value, None, names))

    def of(self, value: object, kind: Kind | None, names: StandIns) -> object:
        """What is kept of one value of a field of this kind."""
        match value:
            case dict():
                known = ((key, inner) for key, inner in value.items() if key in self.kinds)
                return {key: self.of(inner, self.kinds[key], names) for key, inner in known}
            case list():
                return [self.of(inner, kind, names) for inner in value]
            case str():
                return names.give("text-{}", value) if kind is None else kind.kept(value, names)
            case bytes() | plistlib.UID():
                return b""
        return value


class Words:
    """A text of a tool: the words of a sample stay, and small numbers; others are replaced.

    `also` is the form of more words that may stay.
    """

    def __init__(self, sample: str, also: str = "(?!)") -> None:
        self._known = frozenset(_TOKEN.findall(sample))
        self._also = re.compile(also)

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The text, its signs and lines as they were."""
        text = data.decode(errors="replace")
        text = _IPV4.sub(lambda found: names.give("192.0.2.{}", found[0]), text)
        return _TOKEN.sub(lambda found: self._one(found[0], names), text).encode()

    def _one(self, word: str, names: StandIns) -> str:
        is_number = word.isascii() and word.isdigit() and len(word) <= _SMALL
        if is_number or word in self._known or self._also.fullmatch(word):
            return word
        return names.give("word{}", word)


def _opened(data: bytes) -> tuple[object, Callable[[Any], bytes]] | None:
    """The document, and how one like it is written."""
    try:
        return json.loads(data), _json
    except (ValueError, RecursionError):
        pass
    write = _binary if data.startswith(_BINARY) else _xml
    for read in (plist.parse, plist.parse_list):
        try:
            return read(data), write
        except ParseError:
            continue
    return None


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _xml(value: Any) -> bytes:  # noqa: ANN401 - what plistlib takes
    return plistlib.dumps(value)


def _binary(value: Any) -> bytes:  # noqa: ANN401 - what plistlib takes
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)
