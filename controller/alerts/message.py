"""What may a message say at all?

Clinic, host names, rule, counts and a link: nothing else fits these types. No account, no finding,
no person and no path can be put into a message, because there is no field for it; and what does
not look like a host name or a rule is refused where a line is made.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from controller.alerts.decide import Event, Kind
from controller.legible import on_one_line
from rules.counted import counted
from rules.verdict import Verdict

MOST_HOSTS = 20
SHORT = 8
"""So many digits of a random id tell two waivers of one rule apart, and name neither."""
DIGEST = "digest"
TEST = "test"
CHANNEL_DEAD = "channel.dead"
_ABOUT = re.compile(r"([0-9a-f]{8})?")
VERDICT_CHANGED = "verdict.changed"
_RULE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
# As agents may report it (evidence): a label of a host, never a path.
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_OPENING = {
    Kind.SILENCE: "machine.silent",
    Kind.WAIVER: "waiver.expiring",
    Kind.ATTESTATION: "attestation.due",
}
_TOLD_BY_STEPS = frozenset({Kind.WAIVER})
_LEFT = {"low": "30 days", "medium": "7 days", "high": "a day"}
_SAID = {
    Kind.RULE: "{rule} fails on {whom}",
    Kind.SILENCE: "nothing was heard of {whom}",
    Kind.CHAIN: "the reports of {whom} do not follow one another ({rule})",
    Kind.CLONE: "two computers speak as one: {whom}",
    Kind.EXPIRY: "signed rules end soon ({rule})",
    Kind.BACKUP: "no backup of the controller was made lately ({rule})",
    Kind.WAIVER: "failures of {rule} are accepted for less than {left} more on {whom}",
    Kind.ATTESTATION: "paperwork is due ({rule})",
    Kind.INTAKE: "the controller failed on reports and keeps them for you ({rule})",
    Kind.ACCESS: "somebody has an administrator's rights for an hour, given at the server's shell"
    " ({rule})",
}
_SAID_OF = {
    "rules-expired": "signed rules have ended: machines keep them, and take no new ({rule})",
    "keys-expire": "keys or certificates of the controller end soon, or have ended ({rule})",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """A verdict that changed on a machine, as a message tells it; `at` is when the agent saw it.

    `rev` counts what changed about this rule on this machine: the higher is the newer.
    """

    machine: UUID
    host: str
    rule: str
    severity: str
    before: Verdict
    after: Verdict
    at: str
    rev: int
    link: str

    def __post_init__(self) -> None:
        if not _RULE.fullmatch(self.rule):
            raise ValueError("a message names a rule by its id")
        if not _HOST.fullmatch(self.host):
            object.__setattr__(self, "host", "")

    def to_json(self) -> dict[str, Any]:
        """As it stands in a delivery and in a webhook."""
        return {**asdict(self), "machine": str(self.machine)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        words = {name: Verdict(said[name]) for name in ("before", "after")}
        return cls(**{**said, **words, "machine": UUID(said["machine"])})


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as a message tells it; `key` is the clinic's short name, as subjects hold it.

    `about` tells several of one rule apart, such as its waivers: a few digits of a random id.
    `changes` are those of verdicts, in a message that tells of nothing else.
    """

    event: str
    alert: UUID | None
    clinic: str
    key: str
    kind: str
    rule: str
    severity: str
    hosts: tuple[str, ...]
    count: int
    link: str
    about: str = ""
    changes: tuple[Turn, ...] = ()

    def __post_init__(self) -> None:
        if not _RULE.fullmatch(self.rule):
            raise ValueError("a message names a rule by its id")
        if not _ABOUT.fullmatch(self.about):
            raise ValueError("a message names nothing else, but for digits of a random id")
        known = tuple(host for host in self.hosts if _HOST.fullmatch(host))
        object.__setattr__(self, "hosts", known[:MOST_HOSTS])
        object.__setattr__(self, "clinic", on_one_line(self.clinic)[:200])

    @property
    def thread(self) -> str:
        """What ticket systems thread and close by; the same as long as what it is about is."""
        return f"[DTL-{'-'.join(filter(None, (self.key, self.rule, self.about)))}]"

    @property
    def sentence(self) -> str:
        """In words: what is so, and where."""
        if self.event == TEST:
            return "this is a test: messages of dentinel arrive here"
        if self.event == CHANNEL_DEAD:
            return "messages to another channel could not be delivered for a day"
        whom = counted(self.count, "computer")
        if self.hosts:
            more = self.count - len(self.hosts)
            whom += f" ({', '.join(self.hosts)}{f' and {more:,} more' if more > 0 else ''})"
        if self.event == VERDICT_CHANGED:
            return f"verdicts changed on {whom}"
        said = _SAID_OF.get(self.rule, _SAID[Kind(self.kind)]).format(
            rule=self.rule, whom=whom, left=_LEFT.get(self.severity, "")
        )
        return f"over: {said}" if self.event == Event.CLOSED else said

    def to_json(self) -> dict[str, Any]:
        """As it stands in a delivery and in a webhook."""
        return {
            "event": self.event,
            "alert": str(self.alert) if self.alert else None,
            "clinic": self.clinic,
            "key": self.key,
            "kind": self.kind,
            "rule": self.rule,
            "severity": self.severity,
            "hosts": list(self.hosts),
            "count": self.count,
            "link": self.link,
            "about": self.about,
            **({"changes": [one.to_json() for one in self.changes]} if self.changes else {}),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        read = {
            "alert": UUID(said["alert"]) if said["alert"] else None,
            "hosts": tuple(said["hosts"]),
            "changes": tuple(Turn.from_json(one) for one in said.get("changes", ())),
        }
        return cls(**{**said, **read})

    def below(self, address: str) -> Self:
        """With links that begin at the controller's own address, where they were kept without."""
        changes = tuple(replace(one, link=_whole(address, one.link)) for one in self.changes)
        return replace(self, link=_whole(address, self.link), changes=changes)


def _whole(address: str, link: str) -> str:
    return address + link if link.startswith("/") else link


@dataclass(frozen=True, slots=True)
class Message:
    """One line, or those of a digest; `id` is the same however often it is sent."""

    id: UUID
    at: datetime
    lines: tuple[Line, ...]
    is_digest: bool = False

    @property
    def type(self) -> str:
        """The word by which receivers know it."""
        if self.is_digest:
            return DIGEST
        line = self.lines[0]
        if line.event in (TEST, CHANNEL_DEAD, VERDICT_CHANGED):
            return line.event
        is_step = line.event == Event.UPDATED and line.kind in _TOLD_BY_STEPS
        if (line.event == Event.OPENED or is_step) and line.kind in _OPENING:
            return _OPENING[Kind(line.kind)]
        return f"alert.{line.event}"
