"""Who signs rules, and who is judged by them? The public files that people hand to each other.

`online-keys/v1` comes from the controller: the keys by which it says what is newest, and the
clinics and machines that there are, by their ids and names. `public-keys/v1` comes from a person
who will sign. Neither holds a secret, and neither is signed: who takes one in sees what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Self

from evidence import shape, strict_json
from evidence.errors import Malformed
from evidence.keys import PublicKey
from evidence.marks import AtMost, Pattern
from evidence.strict_json import Json
from evidence.words import Count, HostName, Label, MachineRole, Uuid

Holder = Annotated[str, Pattern(r"[a-z0-9][a-z0-9-]{0,31}")]
KeyHex = Annotated[str, Pattern(r"[0-9a-f]{64}")]
ONLINE_FILE: Final = "online-keys.json"
PUBLIC_SUFFIX: Final = ".public.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine as the controller knows it."""

    id: Uuid
    name: HostName | None = None
    site: Label | None = None
    groups: Annotated[tuple[Label, ...], AtMost(64)] = ()
    role: MachineRole | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """A clinic and its machines."""

    id: Uuid
    name: Label
    machines: Annotated[tuple[Machine, ...], AtMost(10_000)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """Who operates the controller."""

    id: Uuid
    name: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The highest that roots and targets of an org have had so far; 0 before there are any.

    A report names both by number alone, so whoever begins anew goes on counting.
    """

    root: Count = 0
    targets: Count = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What the controller writes into `online-keys.json`."""

    fixed: ClassVar[Mapping[str, Json]] = {"dentinel": "online-keys/v1"}
    org: Org
    snapshot: KeyHex
    timestamp: KeyHex
    used: Numbers = Numbers()
    clinics: Annotated[tuple[Clinic, ...], AtMost(1_000)] = ()

    def to_bytes(self) -> bytes:
        """The file."""
        return strict_json.write(shape.to_json(self)) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file; Malformed, or WeakKey for a key under which anybody can sign."""
        found = shape.read(cls, strict_json.read(data), closed=True)
        for key in (found.snapshot, found.timestamp):
            PublicKey.from_hex(key)
        return found

    def clinic(self, name: str) -> Clinic | None:
        """The clinic of that short name."""
        return next((one for one in self.clinics if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKeys:
    """What a person who will sign hands over: a key for roots, a key for targets, or both."""

    fixed: ClassVar[Mapping[str, Json]] = {"dentinel": "public-keys/v1"}
    name: Holder
    root: KeyHex | None = None
    targets: KeyHex | None = None

    def to_bytes(self) -> bytes:
        """The file."""
        return strict_json.write(shape.to_json(self)) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read the file; Malformed, or WeakKey for a key under which anybody can sign."""
        found = shape.read(cls, strict_json.read(data), closed=True)
        keys = [key for key in (found.root, found.targets) if key is not None]
        if not keys:
            raise Malformed("public keys: neither one for roots nor one for targets")
        for key in keys:
            PublicKey.from_hex(key)
        return found
