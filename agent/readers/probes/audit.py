"""What did the probe `audit` print: what a Windows logs, since when, and when it was cleared?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.readers.probes.document import Document
from rules.facts.base import Maybe

_SUCCESS, _FAILURE = 1, 2
"""POLICY_AUDIT_EVENT_SUCCESS, POLICY_AUDIT_EVENT_FAILURE (ntsecapi.h)."""


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
        document.leaf("oldest", Document.filetime),
        document.leaf("cleared", _cleared),
    )


def _cleared(document: Document, name: str) -> tuple[datetime, ...]:
    logs = document.record(name)
    found = (logs.filetime(log) for log in ("security", "system"))
    return tuple(one for one in found if one is not None)


def _policy(document: Document, name: str) -> Mapping[str, Setting]:
    return {one.text("subcategory").lower(): _setting(one) for one in document.records(name)}


def _setting(one: Document) -> Setting:
    said = one.number("setting", 7)
    return Setting(bool(said & _SUCCESS), bool(said & _FAILURE))
