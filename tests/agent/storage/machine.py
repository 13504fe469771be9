"""A machine's storage in a few words: what sysfs, the mount table and the disks say of it."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from agent.host.tree import TreeHost

GIB = 1 << 30
TITLES = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
ZEROS = "0" * 128


def luks2(
    *segments: dict[str, Any], key_size: int = 64, converting: bool = False, **more: Any
) -> bytes:
    """The header of a LUKS2 volume, as cryptsetup writes it."""
    made = segments or (segment(),)
    text = {
        "keyslots": {"0": {"type": "luks2", "key_size": key_size}},
        "tokens": {},
        "segments": {str(number): one for number, one in enumerate(made)},
        "digests": {"0": {"keyslots": ["0"], "segments": [str(n) for n in range(len(made))]}},
        "config": {"json_size": "12288", "keyslots_size": "16744448"},
    }
    if converting:
        text["config"]["requirements"] = {"mandatory": ["online-reencrypt-v2"]}
    body = json.dumps(text | more).encode().ljust(12288, b"\0")
    head = b"LUKS\xba\xbe" + (2).to_bytes(2, "big") + (16384).to_bytes(8, "big") + bytes(8 + 48)
    head = (head + b"sha256".ljust(32, b"\0") + bytes(64 + 40 + 48 + 8)).ljust(4096, b"\0")
    checksum = hashlib.sha256(head + body).digest()
    return head[:448] + checksum + head[480:] + body


def opened(header: bytes) -> int:
    """How long the device is that opens with this header on a whole disk of ours."""
    return 512 * GIB - (4096 * 512 if header[7] == 1 else 16777216)


def segment(kind: str = "crypt", cipher: str = "aes-xts-plain64", **more: Any) -> dict[str, Any]:
    made = {"type": kind, "offset": "16777216", "size": "dynamic", **more}
    return made | ({"encryption": cipher} if kind == "crypt" else {})


def luks1(cipher: bytes = b"aes", mode: bytes = b"xts-plain64", key_bytes: int = 64) -> bytes:
    fields = cipher.ljust(32, b"\0") + mode.ljust(32, b"\0") + b"sha256".ljust(32, b"\0")
    numbers = (4096).to_bytes(4, "big") + key_bytes.to_bytes(4, "big")
    return (b"LUKS\xba\xbe\0\1" + fields + numbers).ljust(4096, b"\0")


@dataclass
class Machine:
    """Built up disk by disk; `host` gives it to the collectors."""

    files: dict[str, Any] = field(default_factory=dict)
    table: str | dict[str, Any] = ""
    programs: dict[str, Any] = field(default_factory=dict)
    mounts: list[str] = field(default_factory=list)
    swaps: list[str] = field(default_factory=list)
    elevated: bool = True
    _mapped: int = 0

    def _block(self, number: str, way: str, size: int) -> str:
        path = f"/sys/devices/{way}"
        self.files[f"/sys/dev/block/{number}"] = {"link": f"../../devices/{way}"}
        self.files[f"{path}/dev"] = f"{number}\n"
        self.files[f"{path}/size"] = f"{size // 512}\n"
        self.files[f"{path}/holders"] = {"folder": True}
        return path

    def disk(self, name: str, number: str, bus: str = "pci0000:00", content: bytes = b"") -> str:
        path = self._block(number, f"{bus}/block/{name}", 512 * GIB)
        self.files |= {f"{path}/removable": "0\n", f"{path}/slaves": {"folder": True}}
        self.files[f"/dev/{name}"] = content or bytes(4096)
        return number

    def partition(self, disk: str, number: str, content: bytes = b"") -> str:
        way = self.files[f"/sys/dev/block/{disk}"]["link"].removeprefix("../../devices/")
        name = f"{way.rpartition('/')[2]}{number.partition(':')[2]}"
        path = self._block(number, f"{way}/{name}", 100 * GIB)
        self.files |= {f"{path}/partition": "1\n", f"/dev/{name}": content or bytes(4096)}
        return number

    def mapped(self, name: str, uuid: str, *below: str, size: int = 50 * GIB) -> str:
        """A device of the device mapper over others."""
        kernel, number = f"dm-{self._mapped}", f"253:{self._mapped}"
        self._mapped += 1
        path = self._block(number, f"virtual/block/{kernel}", size)
        self.files |= {f"{path}/dm/name": f"{name}\n", f"{path}/dm/uuid": f"{uuid}\n"}
        self._over(path, number, below)
        return number

    def crypt(
        self, name: str, below: str, kind: str = "LUKS2", cipher: str = "aes-xts-plain64"
    ) -> str:
        """An open, encrypted device that the kernel's table knows."""
        number = self.mapped(name, f"CRYPT-{kind}-abc-{name}", below)
        self.piece(name, 0, 50 * GIB, cipher)
        return number

    def piece(self, name: str, start: int, size: int, cipher: str = "aes-xts-plain64") -> None:
        assert isinstance(self.table, str)
        span = f"{start // 512} {size // 512}"
        self.table += f"{name}: {span} crypt {cipher} {ZEROS} 0 8:1 32768\n"

    def raid(self, *below: str) -> str:
        path = self._block("9:0", "virtual/block/md0", 50 * GIB)
        self.files[f"{path}/md/level"] = "raid1\n"
        self._over(path, "9:0", below)
        return "9:0"

    def loop(self, file: str) -> str:
        path = self._block("7:0", "virtual/block/loop0", GIB)
        self.files[f"{path}/loop/backing_file"] = f"{file}\n"
        self.files[f"{path}/slaves"] = {"folder": True}
        return "7:0"

    def _over(self, path: str, number: str, below: tuple[str, ...]) -> None:
        self.files[f"{path}/slaves"] = {"folder": True}
        for other in below:
            link = self.files[f"/sys/dev/block/{other}"]["link"].removeprefix("../../devices/")
            name = link.rpartition("/")[2]
            self.files[f"{path}/slaves/{name}"] = {"link": f"/sys/devices/{link}"}
            self.files[f"/sys/devices/{link}/holders/{path.rpartition('/')[2]}"] = {"link": path}

    def mount(
        self, number: str, point: str, kind: str = "ext4", source: str = "/dev/x", **more: str
    ) -> None:
        root, options = more.get("root", "/"), more.get("options", "rw")
        line = f"{len(self.mounts) + 20} 1 {number} {root} {point} rw,relatime"
        self.mounts.append(f"{line} - {kind} {source} {options}\n")

    def swap(self, path: str, kind: str = "partition") -> None:
        self.swaps.append(f"{path}                          {kind}\t1000\t\t0\t\t-2\n")

    def host(self) -> TreeHost:
        mounts = "20 1 0:20 / /proc rw - proc proc rw\n" + "".join(self.mounts)
        files = {
            "/proc/1/mountinfo": mounts,
            "/proc/self/mountinfo": mounts,
            "/proc/swaps": TITLES + "".join(self.swaps),
            "/sys/fs/btrfs": {"folder": True},
            "/sys/dev/block": {"folder": True},
        }
        programs = {"dmsetup table --target crypt": self.table} | self.programs
        tree = {"files": files | self.files, "programs": programs, "elevated": self.elevated}
        return TreeHost.of({"dentinel": "tree/v1", **tree})
