"""What can be asked of a machine, and how does it say that it does not answer?

Collectors see a machine through `Host` alone, so that the same collector serves this machine, one
over SSH, and a recording.

- `Absent` is raised only on proof: the folder above can be read and does not hold the name. It is
  no `HostError`, so that nobody mistakes a failure for an absence: a collector that looks for
  something optional catches `Absent` and says what its absence means.
- Every other failure is `HostError` with a reason of the catalogue.
- Nothing can be written, and nothing over a network file system is touched (`not_local`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from agent.host.programs import PROGRAMS, Program
from rules.facts.base import Why
from rules.facts.host import Os

Kind: TypeAlias = Literal["file", "folder", "link", "block", "other"]


class HostFault(Exception):
    """The machine gave no value."""


class HostError(HostFault):
    """It was not read, and why; `detail` is for the person at this machine and never leaves it."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.detail = detail


class Absent(HostFault):
    """It is proven not to be there."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program left behind; `cut`: it wrote more than its limit, and this is the start.

    `shared`: it was run for another question already.
    """

    rc: int
    out: bytes
    err: bytes = b""
    cut: bool = False
    wall_ms: int = 0
    cpu_ms: int = 0
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder, and what it stands for, links not followed."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Stat:
    """What the file system says of one name, links not followed.

    `mode` holds the permission bits, `link` the target as written, `size` is in bytes.
    """

    kind: Kind
    mode: int
    owner: int
    group: int
    size: int
    modified_at: datetime
    inode: int = 0
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the Windows registry: values as (type, data), names of subkeys, last write."""

    values: Mapping[str, tuple[str, object]] = field(default_factory=dict)
    subkeys: tuple[str, ...] = ()
    written_at: datetime | None = None


class Host(Protocol):
    """One machine. Paths are absolute; every method raises `HostError` or `Absent`."""

    @property
    def os(self) -> Os:
        """The family of its system."""
        ...

    @property
    def elevated(self) -> bool:
        """Do we ask as root, or as Administrator?"""
        ...

    def run(self, program: Program, *args: str) -> Ran:
        """Run a program of the table; arguments that its table does not foresee: ValueError."""
        ...

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """The bytes from `offset` on. More than `limit` is `too_large`, a prefix if not `whole`."""
        ...

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """What a folder holds, by name; more than `limit` is `too_large`."""
        ...

    def stat(self, path: str) -> Stat:
        """What the file system says of the name itself."""
        ...

    def registry(self, key: str) -> Key | None:
        """A key of the registry; None if it is proven not to be there."""
        ...


def output(host: Host, program: Program, *args: str) -> bytes:
    """What a program wrote, if it wrote all of it and ended well; else `HostError`."""
    ran = host.run(program, *args)
    if ran.cut:
        raise HostError(Why.TOO_LARGE, f"{program} wrote more than its limit")
    if ran.rc != 0:
        said = ran.err.decode(errors="replace").strip()[:200]
        raise HostError(Why.API_ERROR, f"{program} ended with {ran.rc}: {said}")
    return ran.out


def read_if_there(host: Host, path: str, limit: int = 1 << 20) -> bytes | None:
    """The bytes of an optional file; None is proof that it is not there."""
    try:
        return host.read(path, limit)
    except Absent:
        return None


def list_if_there(host: Host, path: str) -> tuple[Entry, ...]:
    """What an optional folder holds: nothing, if it is proven not to be there."""
    try:
        return host.list(path)
    except Absent:
        return ()


def is_there(host: Host, path: str) -> bool:
    """Is there a file, folder or link of this name?"""
    try:
        host.stat(path)
    except Absent:
        return False
    return True


def is_installed(host: Host, program: Program) -> bool:
    """Does a program lie where its table says? One that may not be run lies there all the same."""
    return is_there(host, PROGRAMS[program].paths[host.os])
