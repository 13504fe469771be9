"""What is mounted, and which mount holds a path?

Of the mount table of process 1 where we may read it: a unit that runs in a mount namespace of its
own would see its own table, not the machine's.
"""

from dataclasses import dataclass

from agent.host.base import Absent, Host, HostError
from agent.host.paths import TooManyLinks, follow, holds
from agent.readers import mountinfo
from agent.readers.mountinfo import Mount
from rules.facts.base import Why

_LIMIT = 8 << 20

PSEUDO = frozenset(
    {
        *("autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "cpuset", "debugfs"),
        *("devpts", "devtmpfs", "efivarfs", "functionfs", "fuse.lxcfs", "fuse.portal", "fusectl"),
        *("hugetlbfs", "mqueue", "nfsd", "nsfs", "openpromfs", "proc", "pstore", "resctrl"),
        *("rpc_pipefs", "securityfs", "selinuxfs", "smackfs", "sysfs", "tracefs", "xenfs"),
    }
)
"""Types that hold no files of anybody: windows into the kernel, and doors to other mounts."""

MEMORY = frozenset({"tmpfs", "ramfs"})
_LAYERS = frozenset({"overlay", "fuse.fuse-overlayfs"})
"""What is written there lands in a folder of another mount, which is judged; at `/` that mount is
outside, on the machine around the container."""


@dataclass(frozen=True, slots=True)
class Mounts:
    """The mounts of a machine, in the order of the table."""

    all: tuple[Mount, ...]

    @classmethod
    def read(cls, host: Host) -> "Mounts":
        """HostError or ParseError if the table cannot be read."""
        path = "/proc/1/mountinfo" if host.elevated else "/proc/self/mountinfo"
        try:
            return cls(mountinfo.parse(host.read(path, _LIMIT)))
        except Absent as error:
            raise HostError(Why.CONFLICT, f"{path} is not there") from error

    def holding(self, path: str) -> Mount:
        """The mount that shows a path without links; a later one lies over an earlier."""
        found = [mount for mount in self.all if holds(mount.point, path)]
        if not found:
            raise HostError(Why.CONTAINER, "nothing is mounted at /")
        longest = max(len(mount.point) for mount in found)
        return [mount for mount in found if len(mount.point) == longest][-1]

    def file_systems(self) -> tuple[Mount, ...]:
        """Each file system that holds files on a disk once, by the mount that shows most of it."""
        by_device: dict[str, list[Mount]] = {}
        for mount in self.all:
            if not _is_a_view(mount):
                by_device.setdefault(mount.device, []).append(mount)
        return tuple(sorted(map(_fullest, by_device.values()), key=lambda mount: mount.point))

    def fullest(self, mount: Mount) -> Mount:
        """Of all mounts of the same file system, binds among them, the one that shows most."""
        return _fullest([one for one in self.all if one.device == mount.device])


def _fullest(mounts: list[Mount]) -> Mount:
    return min(mounts, key=lambda one: (one.point != "/", one.root != "/", len(one.point)))


def _is_a_view(mount: Mount) -> bool:
    """Does it show what is not there when the power is off, or lies in another file system?"""
    if mount.type in _LAYERS:
        return mount.point != "/"
    return mount.type in PSEUDO or mount.type in MEMORY


def resolve(host: Host, path: str) -> str:
    """The path without links. What is not there, or lies over the network, is not followed."""

    def link(name: str) -> str | None:
        try:
            return host.stat(name).link
        except Absent:
            return None
        except HostError as error:
            if error.why is Why.NOT_LOCAL:
                return None
            raise

    try:
        return follow(path, link)
    except TooManyLinks as error:
        raise HostError(Why.API_ERROR, "the links of a folder lead in a circle") from error
