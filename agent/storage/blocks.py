"""Which block devices are there, and which lie beneath which? (sysfs: Documentation/ABI)

What sysfs does not say is not invented: a device that it does not have is a conflict between
two tables of the kernel, and its standing is unread.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.host.base import Absent, Host, HostError, read_if_there
from rules.facts.base import Why

_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Block:
    """One block device: `number` is "major:minor", `path` its folder in /sys/devices.

    `below` are the devices that it is made of, `backing` the file behind a loop device.
    """

    number: str
    name: str
    path: str
    size: int
    dm_name: str | None = None
    dm_uuid: str | None = None
    below: tuple[str, ...] = ()
    backing: str | None = None
    removable: bool = False

    @property
    def node(self) -> str:
        """Its file in /dev; sysfs writes the slash of `cciss/c0d0` as an exclamation mark."""
        return "/dev/" + self.name.replace("!", "/")


@dataclass(slots=True)
class Blocks:
    """The block devices of a machine, each read once."""

    host: Host
    _known: dict[str, Block] = field(default_factory=dict)
    _numbers: dict[str, str] | None = None

    def at(self, number: str) -> Block:
        """The device with this "major:minor"; HostError if it cannot be read."""
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def seen(self) -> frozenset[str]:
        """The paths of all devices that were looked at."""
        return frozenset(block.path for block in self._known.values())

    def named(self, source: str) -> Block:
        """The device that a mount table calls `/dev/sda1` or `/dev/mapper/vault`."""
        name = source.removeprefix("/dev/").replace("/", "!")
        number = self._by_name().get(name) or self._by_name().get(posixpath.basename(source))
        if number is None:
            raise HostError(Why.CONFLICT, f"{source} is mounted, and no block device")
        return self.at(number)

    def _by_name(self) -> Mapping[str, str]:
        """Numbers of all devices, by kernel name and by the device mapper's name."""
        if self._numbers is None:
            numbers = {}
            for number in names(self.host, "/sys/dev/block"):
                path = target(self.host, f"/sys/dev/block/{number}")
                name = posixpath.basename(path)
                numbers[name] = number
                if name.startswith("dm-"):
                    numbers[_line(self.host, f"{path}/dm/name")] = number
            self._numbers = numbers
        return self._numbers

    def _read(self, number: str) -> Block:
        path = target(self.host, f"/sys/dev/block/{number}")
        has = set(names(self.host, path))
        if not {"dev", "size"} <= has:
            raise HostError(Why.CONFLICT, f"{path} is no block device")
        return Block(
            number=number,
            name=posixpath.basename(path),
            path=path,
            size=_number(self.host, f"{path}/size") * _SECTOR,
            dm_name=_line(self.host, f"{path}/dm/name") if "dm" in has else None,
            dm_uuid=_line(self.host, f"{path}/dm/uuid") if "dm" in has else None,
            below=self._below(path, has),
            backing=_line(self.host, f"{path}/loop/backing_file") if "loop" in has else None,
            removable=_is_removable(self.host, path, has),
        )

    def _below(self, path: str, has: set[str]) -> tuple[str, ...]:
        if "partition" in has:
            return (_line(self.host, f"{posixpath.dirname(path)}/dev"),)
        if "slaves" not in has:
            return ()
        slaves = names(self.host, f"{path}/slaves")
        return tuple(_line(self.host, f"{path}/slaves/{slave}/dev") for slave in slaves)


def names(host: Host, path: str) -> tuple[str, ...]:
    """The names in a folder of sysfs; a disk that was pulled while we looked is a conflict."""
    try:
        return tuple(entry.name for entry in host.list(path))
    except Absent as error:
        raise HostError(Why.CONFLICT, f"{path} is not there") from error


def target(host: Host, link: str) -> str:
    """Where a link of sysfs leads; one that is not there, or none, is a conflict."""
    try:
        found = host.stat(link).link
    except Absent as error:
        raise HostError(Why.CONFLICT, f"{link} is not there") from error
    if found is None:
        raise HostError(Why.CONFLICT, f"{link} is no link")
    return posixpath.normpath(posixpath.join(posixpath.dirname(link), found))


def _line(host: Host, path: str) -> str:
    """One line of sysfs; a file that ought to be there and is not is a conflict."""
    try:
        return host.read(path, 4096).decode(errors="surrogateescape").strip("\n")
    except Absent as error:
        raise HostError(Why.CONFLICT, f"{path} is not there") from error


def _number(host: Host, path: str) -> int:
    text = _line(host, path)
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise HostError(Why.PARSE_ERROR, f"{path} holds no number")
    return int(text)


def _is_removable(host: Host, path: str, has: set[str]) -> bool:
    """A disk on USB says of itself that it is fixed, so the way to it counts too."""
    if "/usb" in path:
        return True
    if "removable" in has and _line(host, f"{path}/removable") == "1":
        return True
    return "/mmc" in path and read_if_there(host, f"{path}/device/type") == b"SD\n"
