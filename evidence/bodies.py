"""What does each kind of report say?

Six kinds, each a class with the words that may stand in it. No sentence travels: the controller
writes it from the pack, which is smaller, and leaves no channel for a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, get_args

from evidence import minimum, readings, shape
from evidence.errors import Malformed
from evidence.finding import Imaging
from evidence.keys import PublicKey
from evidence.marks import AtMost, Between, By, Pattern
from evidence.strict_json import Json
from evidence.words import (
    AgentVersion,
    Count,
    Directive,
    Hash,
    Hex32,
    Label,
    MachineRole,
    Os,
    PackVersion,
    Position,
    RejectWhy,
    ReportKind,
    RuleId,
    Uuid,
)
from rules.facts.base import Why
from rules.verdict import Verdict

Cause: TypeAlias = Literal["daily", "start", "pack", "epoch", "order"]
GapReason: TypeAlias = Literal[
    "outbox_lost",
    "outbox_corrupt",
    "outbox_full",
    "state_rollback",
    "resend_impossible",
    "header_refused",
]
RotateReason: TypeAlias = Literal["age", "order", "admin"]
Event: TypeAlias = Literal[
    "agent_started",
    "agent_stopped",
    "agent_crashed",
    "errand_killed",
    "pack_installed",
    "pack_rejected",
    "packs_expired",
    "clock_changed",
    "log_fork",
    "log_rollback",
    "log_restarted",
    "answer_untrusted",
    "tls_pin_mismatch",
    "report_rejected",
    "watch_overflow",
    "reveal",
    "directive",
    "settings_changed",
    "key_unreadable",
    "visit_failed",
]
_CODES = "|".join(Why)
WhyCode: TypeAlias = Annotated[str, Pattern(rf"{_CODES}|DL[1-9][0-9]{{2}}")]
"""A reason code of facts.md, or an error code of language.md."""
EventCode: TypeAlias = Annotated[
    str,
    Pattern("|".join([_CODES, r"DL[1-9][0-9]{2}", *get_args(RejectWhy), *get_args(Directive)])),
]
"""What an event was about: a reason, an error code, why a report was rejected, a directive."""


AnyJson: TypeAlias = Annotated[Json, By(lambda value: value)]
"""What the class that holds it checks by evidence.minimum when it is made."""
FactName: TypeAlias = Annotated[str, Pattern(r"[a-z][a-z0-9_]{0,31}")]
SeenPath: TypeAlias = Annotated[str, Pattern(r"[a-z][a-z0-9_.()]{0,127}")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Of whom a report speaks: its own machine, or one without an agent that it visits."""

    kind: Literal["self", "remote"]
    id: Uuid | None
    label: Label | None
    host_key: Hash | None

    def __post_init__(self) -> None:
        named = {self.id is not None, self.label is not None, self.host_key is not None}
        if named != {self.kind == "remote"}:
            raise Malformed("subject: a remote machine has id, label and host key, this one none")


SELF = Subject(kind="self", id=None, label=None, host_key=None)
"""The machine that the agent runs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRef:
    """One pack by which was judged."""

    pack: RuleId
    version: PackVersion
    sha256: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """By which rules was judged; `builtin` until a signed assignment is installed."""

    state: Literal["builtin", "fresh", "stale", "expired"]
    root: Position | None
    targets: Position | None
    assignment: Hash | None
    packs: Annotated[tuple[PackRef, ...], AtMost(64)]
    plan: Hash | None
    site: Label | None
    groups: Annotated[tuple[Label, ...], AtMost(64)]
    role: MachineRole | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemVerdict:
    """One item, or one clause about the whole machine (`item` null), that did not pass.

    `seen` maps paths of facts to the values that the clause looked at.
    """

    item: Annotated[str, Pattern(r".{1,64}")] | None
    clause: Annotated[int, Between(0, 255)]
    verdict: Verdict
    why: WhyCode | None
    seen: Annotated[Mapping[SeenPath, AnyJson], AtMost(64)]

    def __post_init__(self) -> None:
        minimum.check_item(self.item, self.seen)
        minimum.check_seen(self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """What a rule said; `pack` counts in the policy's packs, `n` counts items by verdict.

    The order of `n` is pass, fail, error, unknown, not-applicable; `items` are those that did
    not pass, the first 20.
    """

    rule: RuleId
    pack: Count
    verdict: Verdict
    why: WhyCode | None
    n: tuple[Count, Count, Count, Count, Count]
    items: Annotated[tuple[ItemVerdict, ...], AtMost(20)]
    ms: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """All verdicts of a machine, once a day and whenever their ground changed."""

    subject: Subject
    cause: Cause
    agent_version: AgentVersion
    os: Os
    policy: Policy
    verdicts: Annotated[tuple[RuleVerdict, ...], AtMost(1000)]
    imaging: Imaging | None

    def __post_init__(self) -> None:
        _require_packs(self.verdicts, self.policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The newest full of the same subject and epoch."""

    seq: Position
    hash: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """The verdicts that changed since the basis; `imaging` null if that did not change."""

    subject: Subject
    cause: Literal["change"]
    basis: Basis
    agent_version: AgentVersion
    os: Os
    policy: Policy
    verdicts: Annotated[tuple[RuleVerdict, ...], AtMost(1000)]
    imaging: Imaging | None

    def __post_init__(self) -> None:
        _require_packs(self.verdicts, self.policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was read: facts by name, each in the envelope of facts.md, redacted."""

    subject: Subject
    catalogue: Annotated[str, Pattern(r"[0-9]{1,4}\.[0-9]{1,4}")]
    facts: Annotated[Mapping[FactName, AnyJson], AtMost(64)]

    def __post_init__(self) -> None:
        for name, document in self.facts.items():
            readings.check(name, document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A place in a chain."""

    epoch: Position
    seq: Count
    hash: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A new epoch, and why: what went before may be missing."""

    reason: GapReason
    last_known: Known | None
    orphans: Annotated[tuple[Hash, ...], AtMost(64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotate:
    """A new key, by the old one; signed by both."""

    purpose: Literal["report", "courier"]
    keyid: Hash
    public: Hash
    reason: RotateReason

    def __post_init__(self) -> None:
        if PublicKey.from_hex(self.public).keyid != self.keyid:
            raise Malformed("keyrotate: the key id is not that of the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEvent:
    """Something happened to the agent; `ref` may be a random id (of a finding), `n` a count."""

    event: Event
    code: EventCode | None
    ref: Hex32 | None
    n: Count


Body: TypeAlias = Full | Delta | Facts | Gap | KeyRotate | LocalEvent

KINDS: dict[ReportKind, type[Body]] = {
    "full": Full,
    "delta": Delta,
    "facts": Facts,
    "gap": Gap,
    "key_rotate": KeyRotate,
    "local_event": LocalEvent,
}


def read(kind: ReportKind, value: Json) -> Body:
    """The body of a report of this kind; Malformed or LeavesTooMuch if it is none."""
    return shape.read(KINDS[kind], value, closed=True)


def kind_of(body: Body) -> ReportKind:
    """Of which kind a report with this body is."""
    return next(kind for kind, of in KINDS.items() if isinstance(body, of))


def _require_packs(verdicts: tuple[RuleVerdict, ...], policy: Policy) -> None:
    if any(verdict.pack >= len(policy.packs) for verdict in verdicts):
        raise Malformed("a verdict by a pack that the policy does not name")
