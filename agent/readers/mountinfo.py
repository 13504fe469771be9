"""Which file systems are mounted where? (/proc/PID/mountinfo, proc_pid_mountinfo(5))"""

import re
from dataclasses import dataclass

from agent.readers.errors import ParseError

_OCTAL = re.compile(rb"\\([0-7]{3})")

REMOTE = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "prl_fs",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "fuse.ceph",
        "fuse.curlftpfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.gvfsd-fuse",
        "fuse.juicefs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "fuse.vmhgfs-fuse",
    }
)
"""Types whose files lie on another machine: what reads them may sleep beyond any kill."""


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount: `device` is "major:minor", `root` the folder of the file system that shows."""

    id: int
    parent: int
    device: str
    root: str
    point: str
    options: frozenset[str]
    type: str
    source: str
    super_options: frozenset[str]

    @property
    def remote(self) -> bool:
        """Do its files lie on another machine?"""
        return self.type in REMOTE


def parse(data: bytes) -> tuple[Mount, ...]:
    """All mounts in the order of the table; a later one lies over an earlier at the same point."""
    if data and not data.endswith(b"\n"):
        raise ParseError("the mount table is cut")
    mounts = tuple(_mount(line) for line in data.splitlines() if line)
    if not mounts:
        raise ParseError("a mount table without a mount")
    return mounts


def _mount(line: bytes) -> Mount:
    left, dash, right = line.partition(b" - ")
    fields, tail = left.split(b" "), right.split(b" ")
    if not dash or len(fields) < 6 or len(tail) != 3 or not fields[4].startswith(b"/"):
        raise ParseError("a line of the mount table is not of its form")
    if not re.fullmatch(rb"[0-9]{1,4}:[0-9]{1,8}", fields[2]):
        raise ParseError("a mount without a device number")
    try:
        number, parent = int(fields[0]), int(fields[1])
    except ValueError as error:
        raise ParseError("a mount without a number") from error
    return Mount(
        id=number,
        parent=parent,
        device=fields[2].decode(),
        root=unescape(fields[3]),
        point=unescape(fields[4]),
        options=frozenset(unescape(fields[5]).split(",")),
        type=unescape(tail[0]),
        source=unescape(tail[1]),
        super_options=frozenset(unescape(tail[2]).split(",")),
    )


def unescape(field: bytes) -> str:
    r"""Blanks stand in these tables as octal: `\040`. Bytes that are no UTF-8 are kept as such."""
    plain = _OCTAL.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), field)
    return plain.decode(errors="surrogateescape")
