"""Which words may stand in messages? The patterns that several messages share.

Every string that is not one of a closed list has a pattern here or beside its field, so that no
sentence, path or name of a person finds a place to stand in.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from evidence.marks import Between, Pattern
from rules.facts.host import Role

Hash: TypeAlias = Annotated[str, Pattern(r"[0-9a-f]{64}")]
"""SHA-256, or another 32 bytes, in hex."""
Hex32: TypeAlias = Annotated[str, Pattern(r"[0-9a-f]{32}")]
"""16 random bytes in hex: a nonce, a salt, the id of a finding."""
Boot: TypeAlias = Annotated[str, Pattern(r"[0-9a-f]{16}")]
"""Which start of the machine: the same until it restarts."""
Uuid: TypeAlias = Annotated[
    str, Pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
]
"""A random UUID (version 4), lower case."""
Label: TypeAlias = Annotated[str, Pattern(r"[a-z0-9][a-z0-9-]{0,63}")]
"""A name that a person gave in settings: a site, a group."""
RuleId: TypeAlias = Annotated[str, Pattern(r"(?=.{1,48}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")]
"""The kebab-case claim by which a rule or a pack goes (language.md section 1)."""
PackVersion: TypeAlias = Annotated[str, Pattern(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")]
SystemVersion: TypeAlias = Annotated[str, Pattern(r"[0-9]{1,10}(\.[0-9]{1,10}){0,7}")]
AgentVersion: TypeAlias = Annotated[
    str, Pattern(r"[0-9]{1,5}(\.[0-9]{1,5}){0,3}((a|b|rc|\.dev)[0-9]{1,5})?")
]
HostName: TypeAlias = Annotated[str, Pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")]
Vkey: TypeAlias = Annotated[str, Pattern(r"[!-*,-~]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{1,400}")]
"""A verifier key of C2SP signed-note: name, key id, key."""
Origin: TypeAlias = Annotated[str, Pattern(r"dentinel(-demo)?/[!-*,-~]{1,180}")]
"""The name of a log: `dentinel/<controller>/<log>/<generation>`; a demo's begins otherwise."""
Note: TypeAlias = Annotated[str, Pattern(r"(?s).{1,16384}")]
"""The text of a signed note; evidence.note reads it."""

Scheme: TypeAlias = Literal["ed25519"]
MachineState: TypeAlias = Literal[
    "pending", "active", "quarantined", "superseded", "revoked", "retired"
]
MachineRole: TypeAlias = Role
Count: TypeAlias = Annotated[int, Between(0)]
Position: TypeAlias = Annotated[int, Between(1)]
"""An epoch or a seq: both count from 1."""

ReportKind: TypeAlias = Literal["full", "delta", "facts", "gap", "key_rotate", "local_event"]
RejectWhy: TypeAlias = Literal["schema", "privacy", "basis", "limits"]
Directive: TypeAlias = Literal["send_full", "send_facts", "rescan", "rotate_keys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Os:
    """The operating system; null is a version that was not read."""

    family: Literal["windows", "macos", "linux", "other"]
    version: SystemVersion | None
    arch: Literal["x86_64", "arm64", "x86", "arm", "other"]
