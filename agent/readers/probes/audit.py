"""What did the probe `audit` print: what a Windows logs, since when, and when it was cleared?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document
from agent.readers.registry import instant
from rules.facts.base import Maybe

_SUCCESS, _FAILURE = 1, 2
"""POLICY_AUDIT_EVENT_SUCCESS, POLICY_AUDIT_EVENT_FAILURE (ntsecapi.h)."""

_LAST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Setting:
    """What is written of one kind of event."""

    success: bool
    failure: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """The policy by the GUIDs of its subcategories, and times of the log."""

    policy: Maybe[Mapping[str, Setting]]
    oldest: Maybe[datetime | None]
    cleared: Maybe[tuple[datetime, ...]]


def read(document: Document) -> Audit:
    """From the document of the probe; ParseError."""
    return Audit(
        document.leaf("policy", _policy),
        document.leaf("oldest", at),
        document.leaf("cleared", _cleared),
    )


def _cleared(document: Document, name: str) -> tuple[datetime, ...]:
    logs = document.record(name)
    found = (at(logs, log) for log in ("security", "system"))
    return tuple(one for one in found if one is not None)


def at(document: Document, name: str) -> datetime | None:
    """A FILETIME; None where there is no such event."""
    ticks = document.optional(name, lambda all_, one: all_.number(one, _LAST))
    if ticks is None:
        return None
    moment = instant(ticks)
    if moment is None:
        raise ParseError(f"{name} is no time")
    return moment


def _policy(document: Document, name: str) -> Mapping[str, Setting]:
    return {one.text("subcategory").lower(): _setting(one) for one in document.records(name)}


def _setting(one: Document) -> Setting:
    said = one.number("setting", 7)
    return Setting(bool(said & _SUCCESS), bool(said & _FAILURE))
