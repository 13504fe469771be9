"""What did the probe `clock` print: how far is a Windows off, and does a source answer it?"""

from dataclasses import dataclass
from datetime import timedelta

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document
from rules.facts.base import Maybe

_LONGEST = 10**15
"""Microseconds of some thirty years: no clock is further off."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Of the Windows Time service; `offset` without sign."""

    offset: Maybe[timedelta]
    sources: Maybe[int]


def read(document: Document) -> Counters:
    """From the document of the probe; ParseError."""
    return Counters(document.leaf("offset_us", _offset), document.leaf("sources", Document.number))


def _offset(document: Document, name: str) -> timedelta:
    microseconds = document.signed(name)
    if abs(microseconds) > _LONGEST:
        raise ParseError("a clock that is further off than a clock can be")
    return timedelta(microseconds=abs(microseconds))
