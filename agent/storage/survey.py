"""Which places for data does this machine have, and how does each stand?

Mounted file systems, swap areas, disks that are there and not mounted, and for a path the place
in which it lies. Linux alone so far.
"""

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.readers import swaps
from agent.readers.errors import ParseError
from agent.readers.mountinfo import Mount
from agent.storage import idle
from agent.storage.ground import Ground
from agent.storage.mounts import MEMORY, resolve
from agent.storage.standing import PLAIN, Standing, together, unread
from agent.storage.walk import Walk
from rules.facts.base import Maybe, Unknown, Why

PlaceKind: TypeAlias = Literal["fixed", "removable", "network", "memory"]

_SERVER = re.compile(r"(?://)?([A-Za-z0-9][A-Za-z0-9._-]{0,63})[:/].*")
_FSCRYPT = frozenset({"ext4", "f2fs", "ubifs"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where data may lie. `key` names it for this machine, over restarts; it never leaves it."""

    key: str
    mount: str | None
    kind: PlaceKind
    filesystem: str
    size: Maybe[int]
    standing: Standing


@dataclass(frozen=True, slots=True)
class Storage:
    """The places of one machine. `walk` answers for anything below them."""

    walk: Walk

    def mounted(self) -> tuple[Place, ...]:
        """Each mounted file system once; those in memory are left out."""
        return tuple(map(self._place, self.walk.mounts.file_systems()))

    def swap_areas(self) -> tuple[Place, ...]:
        """Each swap area; HostError or ParseError if they cannot be told."""
        try:
            table = self.walk.host.read("/proc/swaps")
        except Absent:
            return ()  # a kernel without swap has no such table
        return tuple(map(self._swap, swaps.parse(table)))

    def at(self, path: str) -> Place:
        """The place in which a path lies, links followed; it need not be there yet."""
        real = resolve(self.walk.host, path)
        mount = self.walk.mounts.holding(real)
        place = self._place(self.walk.mounts.fullest(mount))
        if place.standing.protection == "unprotected" and mount.type in _FSCRYPT:
            return self._folder(place, real)
        return place

    def below(self, folder: str) -> Ground:
        """What a folder lies on, in the words of every system."""
        place = self.at(folder)
        source = self.walk.mounts.holding(folder).source
        server = _SERVER.fullmatch(source) if place.kind == "network" else None
        return Ground(
            key=place.key,
            kind=place.kind,
            protection=place.standing.protection,
            is_system=place.mount == "/",
            server=server[1] if server else None,
        )

    def unused(self) -> Iterator[Place]:
        """Each disk with something on it that nobody uses; HostError if disks cannot be listed."""
        self.mounted()
        with suppress(HostError, ParseError):
            self.swap_areas()
        for block in idle.disks(self.walk):
            found = idle.content(self.walk, block)
            if found is not None:
                kind: PlaceKind = "removable" if block.removable else "fixed"
                yield Place(block.path, None, kind, found.name, block.size, found.standing)

    def beneath(self, way: str) -> Standing | None:
        """How the disks stand whose path in sysfs leads over `way`; None if there are none."""
        found = [idle.medium(self.walk, block) for block in idle.leaves(self.walk, way)]
        return together(found) if found else None

    def _place(self, mount: Mount) -> Place:
        standing = self.walk.mount(mount)
        return Place(
            key=mount.point,
            mount=mount.point,
            kind=_kind(mount, standing),
            filesystem=mount.type,
            size=self._size(mount),
            standing=standing,
        )

    def _size(self, mount: Mount) -> Maybe[int]:
        if mount.device.startswith("0:"):
            return Unknown(Why.NOT_COLLECTED)
        try:
            return self.walk.blocks.at(mount.device).size
        except HostError as error:
            return Unknown(error.why)

    def _swap(self, swap: swaps.Swap) -> Place:
        if swap.is_file:
            standing = self.walk.file(resolve(self.walk.host, swap.path))
        elif posixpath.basename(swap.path).startswith("zram"):
            return self._zram(swap)
        else:
            standing = self.walk.disk(swap.path)
        kind: PlaceKind = "removable" if standing.removable else "fixed"
        return Place(swap.path, None, kind, "swap", swap.size, standing)

    def _zram(self, swap: swaps.Swap) -> Place:
        """Compressed memory, unless it may be written back to a disk (zram, writeback)."""
        path = f"/sys/class/block/{posixpath.basename(swap.path)}/backing_dev"
        kind: PlaceKind = "memory"
        try:
            said = self.walk.host.read(path).decode(errors="surrogateescape").strip()
            standing = PLAIN if said == "none" else self.walk.disk(said)
            kind = "memory" if said == "none" else "fixed"
        except Absent:
            standing = PLAIN  # a kernel without writeback
        except HostError as error:
            standing = unread(error.why)
        return Place(swap.path, None, kind, "swap", swap.size, standing)

    def _folder(self, place: Place, path: str) -> Place:
        """A folder that its file system encrypts by itself is a place of its own (fscrypt)."""
        try:
            said = output(self.walk.host, Program.LSATTR, "-d", "--", path)
        except HostError:
            return place
        flags = said.partition(b" ")[0]
        if b"E" not in flags:
            return place
        encrypted = Standing("protected", "fscrypt", Unknown(Why.NOT_COLLECTED))
        encrypted = replace(encrypted, removable=place.standing.removable)
        return replace(place, key=path, mount=path, standing=encrypted)


def survey(host: Host) -> Storage:
    """Look at the storage of a machine; HostError if not even the mount table can be read."""
    if host.os != "linux":
        raise HostError(Why.UNSUPPORTED_OS, "storage is walked on Linux alone so far")
    return Storage(Walk.of(host))


def _kind(mount: Mount, standing: Standing) -> PlaceKind:
    if mount.remote:
        return "network"
    if mount.type in MEMORY:
        return "memory"
    return "removable" if standing.removable else "fixed"
