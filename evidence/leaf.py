"""What does a line of the log say?

A leaf is one JSON line, and its stored bytes are what is hashed (trust.md section 7). The
controller writes them, so they are read open: a newer controller may add a member. `kind` and
`v` come first; a line has no newline in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from evidence import shape, strict_json
from evidence.errors import Malformed, TooLarge
from evidence.marks import AtMost, Pattern
from evidence.strict_json import Json
from evidence.words import Count, Hash, MachineState, Position, RejectWhy, ReportKind, Uuid

LINE_LIMIT = 1024 * 1024
Fixed: TypeAlias = Mapping[str, Json]
Word: TypeAlias = Annotated[str, Pattern(r"[a-z][a-z0-9_.-]{0,63}")]
Origin: TypeAlias = Annotated[str, Pattern(r"[!-~]{1,200}")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What every line has: when the controller received or did it, by its own clock."""

    fixed: ClassVar[Fixed] = {}
    at: datetime

    @property
    def kind(self) -> str:
        """Which line this is."""
        return str(self.fixed["kind"])

    def to_line(self) -> bytes:
        """The bytes that are stored and hashed."""
        return strict_json.write(shape.to_json(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollLeaf(Leaf):
    """A machine joined: `env` is the hash of its request, `anchor` that of the answer."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "enroll"}
    agent: Uuid
    env: Hash
    anchor: Hash
    report_key: Hash
    courier_key: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLeaf(Leaf):
    """A report was stored; `rk` is its kind, `env` the hash of its envelope."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "report"}
    agent: Uuid
    epoch: Position
    seq: Position
    rk: ReportKind
    env: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLeaf(Leaf):
    """A signed report broke the schema or a mark: it has its place, and its bytes were not kept."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "rejected"}
    agent: Uuid
    epoch: Position
    seq: Position
    env: Hash
    why: RejectWhy


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkLeaf(Leaf):
    """A second report for a place that is taken: `held` stays, `env` is the other."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "fork_evidence"}
    agent: Uuid
    epoch: Position
    seq: Position
    env: Hash
    held: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLeaf(Leaf):
    """A machine's standing changed; `by` a user's id, null if the controller decided by a rule."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "state"}
    agent: Uuid
    state: MachineState
    why: Word
    by: Uuid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLeaf(Leaf):
    """A key counts no longer: reports under it with a leaf after this one are false."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "revoke"}
    agent: Uuid
    keyid: Hash
    why: Word
    by: Uuid | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysLeaf(Leaf):
    """The controller's own keys changed: `env` is the hash of the notice."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "keys"}
    env: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLeaf(Leaf):
    """Rules were published: version and hash of the signed targets."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "policy"}
    targets: Position
    sha256: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverLeaf(Leaf):
    """An exception was granted, changed or ended; `doc` is the hash of its stored document."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "waiver"}
    id: Uuid
    act: Word
    doc: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationLeaf(Leaf):
    """A person stated something; `doc` is the hash of the stored statement."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "attestation"}
    id: Uuid
    act: Word
    doc: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminLeaf(Leaf):
    """An administrator acted: `row` is the hash of the audit row's bytes."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "admin"}
    n: Count
    act: Word
    row: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedLeaf(Leaf):
    """The payloads of these leaves were erased; their lines stay.

    `log` is the origin of the generation in which they count, null for this one. `kept` is the
    SHA-256 of what the controller keeps of what it had derived from them, if from anything.
    """

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "erased"}
    leaves: Annotated[tuple[Count, ...], AtMost(10_000)]
    why: Literal["retention", "order"]
    log: Origin | None = None
    kept: Hash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartLeaf(Leaf):
    """The log begins anew after a restore: the last checkpoint known of the generation before."""

    fixed: ClassVar[Fixed] = {"v": 1, "kind": "restart"}
    old: Origin
    size: Count
    root: Hash
    why: Word


_KINDS: dict[Any, type[Leaf]] = {
    leaf.fixed["kind"]: leaf
    for leaf in (
        EnrollLeaf,
        ReportLeaf,
        RejectedLeaf,
        ForkLeaf,
        StateLeaf,
        RevokeLeaf,
        KeysLeaf,
        PolicyLeaf,
        WaiverLeaf,
        AttestationLeaf,
        AdminLeaf,
        ErasedLeaf,
        RestartLeaf,
    )
}


def read(line: bytes) -> Leaf:
    """The leaf that a line is; Malformed if it is none that is known here."""
    if len(line) > LINE_LIMIT:
        raise TooLarge(f"a line of the log of more than {LINE_LIMIT} bytes")
    document = strict_json.read(line)
    kind = document.get("kind") if isinstance(document, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Malformed("a line of the log of a kind that is not known here")
    return shape.read(_KINDS[kind], document, closed=False)
