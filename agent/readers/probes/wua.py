"""What did the probe `wua` print of updates, history and the last search?"""

from dataclasses import dataclass
from datetime import datetime

from agent.readers.probes.document import Document
from rules.facts.base import Maybe

SECURITY = "0fa1201d-4330-4fa8-8ae9-b877473b6441"
CRITICAL = "e6cf1350-c01b-414d-a61f-263d14d133b4"
DEFINITIONS = "e0789628-ce08-4437-be74-2495b842f43b"
"""Kinds of updates; https://learn.microsoft.com/windows/win32/wua_sdk, categories of updates."""

_NEVER = 1900
"""COM's zero is the last days of 1899."""


@dataclass(frozen=True, slots=True)
class Update:
    """One that is offered and not installed; `released` null: it does not say when."""

    id: str
    kb: tuple[str, ...]
    severity: str
    released: datetime | None
    categories: frozenset[str]
    title: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave; `result` is its OperationResultCode."""

    result: int
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """An entry of the history: UpdateOperation, OperationResultCode."""

    operation: int
    result: int
    at: datetime
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Updates:
    """All that was told; `searched` null: a search never succeeded."""

    found: Maybe[Found]
    history: Maybe[tuple[Done, ...]]
    searched: Maybe[datetime | None]


def read(said: Document) -> Updates:
    """The whole document; ParseError."""
    return Updates(
        said.leaf("found", _found), said.leaf("history", _history), said.leaf("searched", _moment)
    )


def _found(said: Document, name: str) -> Found:
    inside = said.record(name)
    return Found(inside.number("result"), tuple(map(_update, inside.records("updates"))))


def _update(said: Document) -> Update:
    return Update(
        id=said.text("id").lower(),
        kb=said.texts("kb"),
        severity=said.text("severity"),
        released=_moment(said, "released"),
        categories=_categories(said),
        title=said.text("title"),
    )


def _history(said: Document, name: str) -> tuple[Done, ...]:
    return tuple(
        Done(one.number("operation"), one.number("result"), one.at("at"), _categories(one))
        for one in said.records(name)
    )


def _categories(said: Document) -> frozenset[str]:
    return frozenset(one.lower() for one in said.texts("categories"))


def _moment(said: Document, name: str) -> datetime | None:
    at = said.optional(name, Document.at)
    return None if at is None or at.year < _NEVER else at
