"""Under which names do rules travel, how long do they hold, and which rules is a machine to take?

The one grammar for those who sign, those who serve and those who run rules by The Update
Framework; nothing here checks a signature. One repository an org, `consistent_snapshot` true:

    /tuf/<org>/metadata/7.root.json  timestamp.json  12.snapshot.json  5.targets.json
    /tuf/<org>/targets/packs/<pack>/<sha256>.<version>.json
    /tuf/<org>/targets/tenants/<clinic>/<sha256>.assignment.json

- Root and targets are signed by people, offline; snapshot and timestamp by the controller, and
  they say only what is newest. `c-<clinic>` is the role of a clinic that keeps its own author.
- An assignment is read closed: a new shape gets a new form, never a member that is overlooked.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final, Self

from evidence import shape, strict_json
from evidence.errors import Malformed, TooLarge
from evidence.marks import AtMost, Between, Pattern
from evidence.strict_json import Json
from evidence.words import (
    Hash,
    HostName,
    Label,
    MachineRole,
    PackVersion,
    Position,
    RuleId,
    Uuid,
)

ROOT: Final = "root"
TARGETS: Final = "targets"
SNAPSHOT: Final = "snapshot"
TIMESTAMP: Final = "timestamp"
LIVES: Mapping[str, timedelta] = {
    ROOT: timedelta(days=365),
    TARGETS: timedelta(days=180),
    SNAPSHOT: timedelta(days=30),
    TIMESTAMP: timedelta(days=3),
}
"""How long what a role has signed holds; the role of a clinic as long as targets."""
WARN_DAYS = (60, 30, 7)
"""Before root or targets expire, the days on which somebody is told."""
SIGN_AGAIN = timedelta(hours=1)
"""How often the controller signs its timestamp anew."""

ROOT_ROTATIONS = 64
"""New roots in a row that one refresh follows."""
DELEGATIONS = 4
"""Roles that one look for a target asks, top-level targets among them."""
MOST_BYTES: Mapping[str, int] = {
    ROOT: 100_000,
    TARGETS: 2_000_000,
    SNAPSHOT: 100_000,
    TIMESTAMP: 16_384,
}
"""Bytes of the metadata of a role; of a clinic's role those of targets."""
ASSIGNMENT_BYTES = 1_000_000
"""Bytes of an assignment: some six thousand machines."""

ROOM = "tuf"
"""The folder of the controller's home, and the first word of the path, that holds repositories."""
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_VERSION = r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}"
_DIGEST = r"[0-9a-f]{64}"
_METADATA = re.compile(
    rf"timestamp\.json|[1-9][0-9]{{0,15}}\.(?:root|snapshot|targets|c-{_UUID})\.json"
)
_TARGET = re.compile(
    rf"packs/{_NAME}/{_DIGEST}\.{_VERSION}\.json"
    rf"|tenants/{_UUID}/{_DIGEST}\.(?:assignment|tailoring|rollout)\.json"
    rf"|data/{_DIGEST}\.{_NAME}\.json"
)


def clinic_role(clinic: str) -> str:
    """The delegated role of a clinic that keeps its own author; its delegation terminates."""
    return f"c-{clinic}"


def clinic_paths(clinic: str) -> str:
    """The pattern of the targets that its role may sign."""
    return f"tenants/{clinic}/*"


def pack_target(pack: str, version: str) -> str:
    """The target of a compiled pack."""
    return f"packs/{pack}/{version}.json"


def assignment_target(clinic: str) -> str:
    """The target that says what the machines of a clinic take."""
    return f"tenants/{clinic}/assignment.json"


def tailoring_target(clinic: str) -> str:
    """The target of what a clinic sets otherwise than its packs do."""
    return f"tenants/{clinic}/tailoring.json"


def rollout_target(clinic: str) -> str:
    """The target of a plan by which a pack reaches some machines first."""
    return f"tenants/{clinic}/rollout.json"


def table_target(table: str) -> str:
    """The target of a dated reference table."""
    return f"data/{table}.json"


def metadata_file(role: str, version: int) -> str:
    """The file of what a role has signed; the timestamp alone has one name for ever."""
    return f"{role}.json" if role == TIMESTAMP else f"{version}.{role}.json"


def target_file(target: str, sha256: str) -> str:
    """The file of a target, below `targets/`: its digest goes before its name."""
    folder, slash, name = target.rpartition("/")
    return f"{folder}{slash}{sha256}.{name}"


def is_served(path: str) -> bool:
    """Is that the path, below `/tuf/<org>/`, of a file that a repository may hold?

    Closed: no other name is ever looked for on a disk, so none leads out of the repository.
    """
    kind, _, name = path.partition("/")
    grammar = {"metadata": _METADATA, "targets": _TARGET}.get(kind)
    return grammar is not None and grammar.fullmatch(name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTarget:
    """A pack that is assigned, by its bytes; `length` counts them."""

    pack: RuleId
    version: PackVersion
    sha256: Hash
    length: Annotated[int, Between(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """A target of the clinic, by its bytes."""

    sha256: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A reference table, by its bytes."""

    table: RuleId
    sha256: Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a machine stands: that decides which settings of a tailoring reach it.

    `name` is what scopes of level `machine` call it; without one they may use its id.
    """

    site: Label | None = None
    groups: Annotated[tuple[Label, ...], AtMost(64)] = ()
    role: MachineRole | None = None
    name: HostName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What scopes of a tailoring call the org and the clinic; without them they use the ids."""

    org: Label | None = None
    clinic: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """By what the machines of one clinic are judged, how often, and where each of them stands.

    `serial` only grows; `machines` goes by the id of the agent.
    """

    fixed: ClassVar[Mapping[str, Json]] = {"dentinel": "assignment/v1"}
    org: Uuid
    clinic: Uuid
    serial: Position
    patrol: Annotated[str, Pattern(r"[1-9][0-9]{2,4}s")]
    packs: Annotated[tuple[PackTarget, ...], AtMost(16)]
    tailoring: Bytes | None = None
    rollout: Bytes | None = None
    data: Annotated[tuple[Table, ...], AtMost(16)] = ()
    names: Names = Names()
    machines: Annotated[Mapping[Uuid, Stand], AtMost(10_000)]

    def __post_init__(self) -> None:
        if not 300 <= int(self.patrol[:-1]) <= 86_400:
            raise Malformed("assignment, patrol: not from 300s to 86400s")
        if not self.packs or len({one.pack for one in self.packs}) != len(self.packs):
            raise Malformed("assignment, packs: none, or one of them twice")

    @property
    def every(self) -> timedelta:
        """How often a machine is looked through."""
        return timedelta(seconds=int(self.patrol[:-1]))

    def to_bytes(self) -> bytes:
        """The target: serialised once, and signed as these bytes."""
        return strict_json.write(shape.to_json(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a target whose bytes were verified; Malformed."""
        if len(data) > ASSIGNMENT_BYTES:
            raise TooLarge(f"an assignment of {len(data)} bytes; the most is {ASSIGNMENT_BYTES}")
        return shape.read(cls, strict_json.read(data), closed=True)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What finished metadata says of itself. No signature is checked here."""

    role: str
    version: int
    expires: datetime

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the head of metadata that was verified, or that is one's own; Malformed."""
        document = strict_json.read(data)
        signed = document.get("signed") if isinstance(document, dict) else None
        if not isinstance(signed, dict):
            raise Malformed("no metadata of The Update Framework")
        return cls(_kind(signed), _version(signed), _expires(signed))


def _kind(signed: Mapping[str, Json]) -> str:
    kind = signed.get("_type")
    if kind not in LIVES:
        raise Malformed("metadata, _type: no role that is known")
    return str(kind)


def _version(signed: Mapping[str, Json]) -> int:
    version = signed.get("version")
    if type(version) is not int or version < 1:
        raise Malformed("metadata, version: not a number from 1")
    return version


def _expires(signed: Mapping[str, Json]) -> datetime:
    expires = signed.get("expires")
    try:
        return datetime.strptime(str(expires), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        raise Malformed("metadata, expires: not a time as 2026-11-22T13:40:00Z") from None
