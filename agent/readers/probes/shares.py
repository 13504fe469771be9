"""What did the probe `shares` print: what a Windows shares, and to whom?

`rights` and `folder` are lists of rights in their text form (agent/readers/sddl.py).
"""

from dataclasses import dataclass

from agent.readers.probes.document import Document
from rules.facts.base import Maybe

_KIND, _DISK, _SPECIAL = 0xFF, 0, 0x80000000
"""What of a type says what is shared, STYPE_DISKTREE, STYPE_SPECIAL (lmshare.h)."""

_ENCRYPTED = 0x8000
"""SHI1005_FLAGS_ENCRYPT_DATA (lmshare.h)."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A folder that is shared; None: without a list of its own, or not there."""

    name: str
    path: str
    encrypted: Maybe[bool]
    rights: Maybe[str | None]
    folder: Maybe[str | None]


def read(document: Document) -> tuple[Shared, ...]:
    """The folders in the document of the probe; Windows' own shares are left out. ParseError."""
    found = document.records("shares")
    return tuple(_shared(one) for one in found if _is_folder(one.number("type")))


def _is_folder(kind: int) -> bool:
    return kind & _KIND == _DISK and not kind & _SPECIAL


def _shared(one: Document) -> Shared:
    return Shared(
        name=one.text("name"),
        path=one.text("path"),
        encrypted=one.leaf("flags", lambda all_, name: bool(all_.number(name) & _ENCRYPTED)),
        rights=one.leaf("share", _text),
        folder=one.leaf("folder", _text),
    )


def _text(document: Document, name: str) -> str | None:
    return document.optional(name, Document.text)
