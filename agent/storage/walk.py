"""From a mount or a disk down to the physical disks: does every way cross something that encrypts?

Walk, never search: from a mounted file system to its device, from a partition to its disk, from a
mapped device to what it is made of, from a loop device to the mount that holds its file. A
physical disk at the end of a way on which nothing encrypted is plain.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agent.host.base import Host, HostError, output
from agent.host.programs import Program
from agent.readers.errors import ParseError
from agent.readers.mountinfo import Mount
from agent.storage.blocks import Block, Blocks
from agent.storage.crypt import Crypt
from agent.storage.filesystems import SPECIAL, beside
from agent.storage.keys import Keys
from agent.storage.keys import beside as beside_keys
from agent.storage.mounts import MEMORY, Mounts, resolve
from agent.storage.standing import PLAIN, Standing, together, unread
from rules.facts.base import Why

_DEEPEST = 32
"""Layers of storage; more is a circle."""


@dataclass(slots=True)
class Walk:
    """The storage of a machine, each device walked once. Nothing here raises for one of them."""

    host: Host
    mounts: Mounts
    blocks: Blocks
    crypt: Crypt
    _done: dict[str, Standing] = field(default_factory=dict)
    _mounted: dict[int, Standing] = field(default_factory=dict)
    _said: dict[tuple[str, ...], bytes | HostError] = field(default_factory=dict)
    _depth: int = 0

    @classmethod
    def of(cls, host: Host) -> "Walk":
        """HostError or ParseError if not even the mount table can be read."""
        blocks, mounts = Blocks(host), Mounts.read(host)

        def walked(keys: Keys) -> Callable[[str], Standing]:
            walk = cls(host, mounts, blocks, Crypt(host, blocks, keys))
            return lambda path: _careful(lambda: walk.file(resolve(host, path)))

        return cls(host, mounts, blocks, Crypt(host, blocks, beside_keys(host, walked)))

    def mount(self, mount: Mount) -> Standing:
        """How the data of a mounted file system stand."""
        if mount.id not in self._mounted:
            self._mounted[mount.id] = _careful(lambda: self._mount(mount))
        return self._mounted[mount.id]

    def device(self, number: str) -> Standing:
        """How the data on a block device stand, by its "major:minor"."""
        if number not in self._done:
            self._done[number] = _careful(lambda: self._device(self.blocks.at(number)))
        return self._done[number]

    def disk(self, source: str) -> Standing:
        """How the data on a disk stand, by the name that a mount table gives it."""
        return _careful(lambda: self.device(self.blocks.named(source).number))

    def file(self, path: str) -> Standing:
        """How the data of a file without links in its path stand."""
        return _careful(lambda: self.mount(self.mounts.holding(path)))

    def name_of(self, source: str) -> str:
        """The kernel's name of a disk."""
        return self.blocks.named(source).name

    def said(self, program: Program, *args: str) -> bytes:
        """What a program writes, or why it does not; asked once."""
        key = (program, *args)
        if key not in self._said:
            try:
                self._said[key] = output(self.host, program, *args)
            except HostError as error:
                self._said[key] = error
        found = self._said[key]
        if isinstance(found, HostError):
            raise found
        return found

    def _mount(self, mount: Mount) -> Standing:
        if mount.remote:
            return unread(Why.NOT_LOCAL)
        if mount.type in MEMORY:
            return PLAIN
        if mount.type in SPECIAL:
            return SPECIAL[mount.type](mount, self)
        if mount.device.startswith("0:"):
            return unread(Why.UNRECOGNISED)
        others = [self.disk(source) for source in beside(mount)]
        return together([self.device(mount.device), *others])

    def _device(self, block: Block) -> Standing:
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise HostError(Why.CONFLICT, f"{block.name}: its layers lie in a circle")
            own = self.crypt.standing(block)
            below = self._below(block)
        finally:
            self._depth -= 1
        return below if own is None else replace(own, removable=below.removable)

    def _below(self, block: Block) -> Standing:
        removable = block.removable
        if block.name.startswith("zd"):
            found = unread(
                Why.UNRECOGNISED, "zfs"
            )  # a disk that ZFS makes up, with keys of its own
        elif block.backing is not None:
            found = self.file(block.backing)
        elif block.below:
            found = together(self.device(number) for number in block.below)
        else:
            found = PLAIN
        return replace(found, removable=found.removable or removable)


def _careful(ask: Callable[[], Standing]) -> Standing:
    try:
        return ask()
    except HostError as error:
        return unread(error.why)
    except ParseError:
        return unread(Why.PARSE_ERROR)
