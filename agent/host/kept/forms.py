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

    `kinds` says what the texts of a field are, at any depth; numbers, switches and times stay.
    """

    def __init__(self, kinds: Mapping[str, Kind] | None = None, /, **more: Kind) -> None:
        self.kinds: Mapping[str, Kind] = {**(kinds or {}), **more}

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The document without what is not declared; nothing of what is no document."""
        return _rewritten(data, lambda value: self.of(value, None, names))

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


class Keyed:
    """A JSON object whose names are data of one kind, and whose values are of a form."""

    def __init__(self, kind: Kind, inner: Fields) -> None:
        self.kind = kind
        self.inner = inner

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The object, its names replaced."""

        def kept(value: object) -> object:
            records = value.items() if isinstance(value, dict) else ()
            return {
                self.kind.kept(key, names): self.inner.of(one, None, names) for key, one in records
            }

        return _rewritten(data, kept)


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


class Lines:
    """Lines of known shapes, each with the kinds of its named groups; another line is replaced.

    What stands outside of the groups of a shape stays.
    """

    def __init__(self, shapes: Mapping[str, Mapping[str, Kind]]) -> None:
        self._shapes = [(re.compile(shape), kinds) for shape, kinds in shapes.items()]

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The lines, as many as they were."""
        lines = data.decode(errors="replace").split("\n")
        return "\n".join(self._line(line, names) for line in lines).encode()

    def _line(self, line: str, names: StandIns) -> str:
        for shape, kinds in self._shapes:
            if found := shape.fullmatch(line):
                return _refilled(found, kinds, names)
        return names.give("line-{}", line)


class After:
    """A document after a line that is the same everywhere."""

    def __init__(self, line: str, form: Form) -> None:
        self._line = line.encode() + b"\n"
        self._form = form

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The line and the document, or what the form makes of something else."""
        rest = data.removeprefix(self._line)
        return (self._line if rest != data else b"") + self._form.kept(rest, names)


def _refilled(found: re.Match[str], kinds: Mapping[str, Kind], names: StandIns) -> str:
    """A line with its groups replaced, from the last to the first."""
    line = found[0]
    for group, kind in sorted(kinds.items(), key=lambda one: found.start(one[0]), reverse=True):
        start, end = found.span(group)
        if start >= 0:
            line = line[:start] + kind.kept(line[start:end], names) + line[end:]
    return line


def _rewritten(data: bytes, change: Callable[[object], object]) -> bytes:
    """The document changed; nothing of one that cannot be read, or not be written again."""
    found = _opened(data)
    if found is None:
        return b""
    value, write = found
    try:
        return write(change(value))
    except (RecursionError, OverflowError, TypeError, ValueError):
        return b""


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
