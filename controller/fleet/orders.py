"""Which directives has a machine not done yet, and which may it be given now?

A directive is a word of a closed set and has no argument (trust.md, section 4): no command, no
path, no rule. A person or a rule asks for it; answers carry it until a report shows that it was
done. Pure: the column `machine.orders` before and after.

- A word waits once, and keeps its id for as long as it waits: whoever hears it twice does it once.
- At most one of each in 5 minutes, `rescan` in 6 hours, done or not.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self, TypeAlias
from uuid import UUID

from evidence.bodies import Body, Facts, Full, KeyRotate, LocalEvent
from evidence.words import Directive

BETWEEN = timedelta(minutes=5)
BETWEEN_RESCANS = timedelta(hours=6)
KEYS_LAST = timedelta(days=365)
"""After this a machine is told to take new keys (trust.md, section 2)."""

NONE = "[]"
"""The column of a machine that has done all that it was told."""

Held: TypeAlias = tuple["Asked", ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One directive: its id while it waits, and before when it is not given (again)."""

    do: Directive
    id: str | None
    not_before: datetime | None = None

    @classmethod
    def from_json(cls, said: dict[str, str | None]) -> Self:
        """As it stands in the column."""
        until = said["not_before"]
        return cls(said["do"], said["id"], datetime.fromisoformat(until) if until else None)  # type: ignore[arg-type]

    def to_json(self) -> dict[str, str | None]:
        """As it is put into the column."""
        until = self.not_before.isoformat() if self.not_before else None
        return {"do": self.do, "id": self.id, "not_before": until}


def read(column: str) -> Held:
    """What stands in the column."""
    return tuple(map(Asked.from_json, json.loads(column)))


def write(held: Held) -> str:
    """What to put there."""
    return json.dumps([one.to_json() for one in held])


def ask(held: Held, do: Directive, order: UUID) -> Held:
    """One more directive; nothing new if the same word waits already."""
    same = next((one for one in held if one.do == do), None)
    if same is None:
        return (*held, Asked(do, str(order)))
    return tuple(replace(one, id=one.id or str(order)) if one is same else one for one in held)


def waiting(held: Held) -> tuple[Directive, ...]:
    """The words that wait to be done."""
    return tuple(one.do for one in held if one.id)


def give(held: Held, at: datetime) -> tuple[Held, Sequence[Asked]]:
    """What remains held after an answer at this time, and what the answer carries."""
    due = [one for one in held if one.id and (one.not_before is None or at >= one.not_before)]
    kept = [one for one in held if one.id or (one.not_before and at < one.not_before)]
    return tuple(
        replace(one, not_before=at + _between(one.do)) if one in due else one for one in kept
    ), due


def seen(held: Held, body: Body) -> Held:
    """What remains after a report that was stored: it may show that a directive was done."""
    done = _done(body)
    return tuple(replace(one, id=None) if one.do == done else one for one in held)


def _done(body: Body) -> str | None:
    match body:
        case Full(subject=subject) if subject.kind == "self":
            return "send_full"
        case Facts(subject=subject) if subject.kind == "self":
            return "send_facts"
        case KeyRotate(purpose="report"):
            return "rotate_keys"
        case LocalEvent(event="directive", code=code):
            return code
    return None


def _between(do: Directive) -> timedelta:
    return BETWEEN_RESCANS if do == "rescan" else BETWEEN
