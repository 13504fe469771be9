"""What did the probe `volumes` print of volumes, disks and letters?"""

import re
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document
from rules.facts.base import Maybe

_ID = re.compile(r"\\\\\?\\volume\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}\\")
_LETTER = re.compile(r"[A-Z]:")
_MARK = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a disk: its size in bytes, STORAGE_BUS_TYPE, and the mark at its start."""

    size: int
    bus: Maybe[int]
    mark: Maybe[bytes]


@dataclass(frozen=True, slots=True)
class Partition:
    """What the table of its disk says: the GUID of a kind and its attributes, or a number."""

    gpt: str | None = None
    attributes: int = 0
    mbr: int | None = None
    active: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A volume by its GUID path in small letters; `type` as GetDriveType counts."""

    id: str
    paths: tuple[str, ...]
    type: int
    filesystem: Maybe[str]
    partition: Maybe[Partition]
    parts: Maybe[tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that stands for no volume, and the device or folder that it stands for."""

    name: str
    type: int
    target: Maybe[str]


@dataclass(frozen=True, slots=True)
class Drives:
    """All of them."""

    volumes: tuple[Listed, ...]
    letters: tuple[Letter, ...]


def read(said: Document) -> Drives:
    """The whole document; ParseError."""
    volumes = tuple(_volume(one) for one in said.records("volumes"))
    if len({one.id for one in volumes}) != len(volumes):
        raise ParseError("a volume that is listed twice")
    return Drives(volumes, tuple(_letter(one) for one in said.records("letters")))


def _volume(said: Document) -> Listed:
    return Listed(
        id=_matching(_ID, said.text("id").lower()),
        paths=said.texts("paths"),
        type=said.number("type"),
        filesystem=said.leaf("filesystem", Document.text),
        partition=said.leaf("partition", _partition),
        parts=said.leaf("disks", _parts),
    )


def _parts(said: Document, name: str) -> tuple[Part, ...]:
    """None at all: there is no medium in it."""
    return tuple(
        Part(
            size=one.number("size", 1 << 62),
            bus=one.leaf("bus", Document.number),
            mark=one.leaf("mark", _mark),
        )
        for one in said.records(name)
    )


def _mark(said: Document, name: str) -> bytes:
    return bytes.fromhex(_matching(_MARK, said.text(name)))


def _partition(said: Document, name: str) -> Partition:
    inside = said.record(name)
    if inside.has("gpt"):
        return Partition(inside.text("gpt").lower(), inside.number("attributes", (1 << 64) - 1))
    return Partition(mbr=inside.number("mbr", 0xFF), active=inside.flag("active"))


def _letter(said: Document) -> Letter:
    return Letter(
        _matching(_LETTER, said.text("letter")),
        said.number("type"),
        said.leaf("target", Document.text),
    )


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ParseError(f"not of its form: {text[:40]!r}")
    return text
