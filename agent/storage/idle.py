"""What lies on disks that are there and that nobody uses?

A second disk with a file system on it holds its files in clear whether it is mounted or not; a
closed LUKS volume is ciphertext without its key.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.base import Absent, HostError, list_if_there
from agent.readers import superblock, text
from agent.storage.blocks import Block, names, target
from agent.storage.standing import PLAIN, Standing, together, unread
from agent.storage.walk import Walk
from rules.facts.base import Why

_NO_DISKS = ("sr", "fd", "ram", "zram", "loop")
"""Devices that hold nothing of their own when they are not mounted: drives whose medium may be
out, memory, and loop devices, whose file is judged where it lies."""


@dataclass(frozen=True, slots=True)
class Content:
    """What was found on a disk: the name of its file system, and how its data stand."""

    name: str
    standing: Standing


def disks(walk: Walk) -> Iterator[Block]:
    """Block devices without partitions and without a user that no walk has met."""
    met = walk.blocks.seen()
    for block in leaves(walk):
        if block.path not in met and not list_if_there(walk.host, f"{block.path}/holders"):
            yield block


def leaves(walk: Walk, way: str = "/") -> Iterator[Block]:
    """Block devices without partitions, of some size, whose path in sysfs leads over `way`."""
    paths = {}
    for number in names(walk.host, "/sys/dev/block"):
        paths[target(walk.host, f"/sys/dev/block/{number}")] = number
    parents = {posixpath.dirname(path) for path in paths}
    for path, number in sorted(paths.items()):
        name = posixpath.basename(path)
        if way in path and path not in parents and not name.startswith(_NO_DISKS):
            block = walk.blocks.at(number)
            if block.size:
                yield block


def medium(walk: Walk, block: Block) -> Standing:
    """How the data stand on a disk that is carried about: open for use, or closed."""
    users = list_if_there(walk.host, f"{block.path}/holders")
    if users:
        paths = (f"{block.path}/holders/{user.name}/dev" for user in users)
        numbers = [text.line(walk.host.read(path)) for path in paths]
        return together(walk.device(number) for number in numbers)
    found = content(walk, block)
    return PLAIN if found is None else found.standing


def content(walk: Walk, block: Block) -> Content | None:
    """What a disk holds; None if there is nothing on it, or the places above it show it."""
    try:
        start = walk.host.read(block.node, superblock.WANTED, whole=False)
    except Absent:
        return Content("unknown", unread(Why.CONFLICT))
    except HostError as error:
        return Content("unknown", unread(error.why))
    kind, name = superblock.recognise(start)
    if kind == "nothing" or (name == "zfs" and _has_zfs(walk)):
        return None
    return Content(name, _standing(walk, block, kind, start))


def _standing(walk: Walk, block: Block, kind: superblock.Kind, start: bytes) -> Standing:
    match kind:
        case "luks":
            return Standing("locked", "luks1" if start[7] == 1 else "luks2")
        case "bitlocker":
            return Standing("locked", "bitlocker")
        case "data":
            return walk.device(block.number)
        case _:
            return unread(Why.UNRECOGNISED)


def _has_zfs(walk: Walk) -> bool:
    """The datasets of a pool in use are places of their own."""
    return any(mount.type == "zfs" for mount in walk.mounts.all)
