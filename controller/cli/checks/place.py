"""Is the place where the controller lives fit: packages, folder, owner, disk, file system?"""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from controller.cli.checks.base import Seen, Told
from controller.identity.home import is_open_to_others
from controller.ledger import dictionary

_NAMES = ("rules", "evidence", "agent", "controller")
_AFAR = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}
_MOUNTS = Path("/proc/self/mountinfo")
_LEAST_FREE = 1 << 30
"""Bytes. A day of 5,000 machines takes about a third of it."""
_LEAST_FILES = 1024
_MOST_FILES = 2000


def packages(_seen: Seen) -> Iterator[Told]:
    """Public packages have our plain names too, and installing one would replace ours."""
    owners = packages_distributions()
    alien = [name for name in _NAMES if {*owners.get(name, [])} - {"dentinel"}]
    if alien:
        said = f"{', '.join(alien)} come from another distribution than dentinel too"
        yield said, "install dentinel-controller anew, into an environment of its own"
    else:
        yield "the four packages are ours", None


def dictionaries(_seen: Seen) -> Iterator[Told]:
    """Stored reports can be unpacked; BadDictionary says what is not as it was shipped."""
    known = [dictionary.load(number) for number in dictionary.numbers()]
    yield f"what reports are packed with is as it was shipped: {len(known)}", None


def home(seen: Seen) -> Iterator[Told]:
    """The folder is there, ours, and closed to others."""
    root = seen.home.root
    if not root.is_dir():
        said = f"there is no folder {root}"
        yield said, 'dentinel-controller init --org "NAME" --clinic "NAME" --email ADDRESS'
        return
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        yield f"{root} cannot be read and written", "run as the user whose folder it is, or as root"
        return
    yield f"{root}", None
    for folder in (root, seen.home.keys):
        if folder.is_dir() and is_open_to_others(folder):
            yield f"{folder} can be entered by others", f"chmod 700 {folder}"


def owner(seen: Seen) -> Iterator[Told]:
    """All in it belongs to whose folder it is: a command run as root leaves files that are root's.

    At most 2,000 files are looked at.
    """
    root = seen.home.root
    if not root.is_dir() or os.name != "posix":
        return
    whose = root.stat().st_uid
    files = (path for _, path in zip(range(_MOST_FILES), root.rglob("*"), strict=False))
    alien = [path for path in files if path.lstat().st_uid != whose]
    if alien:
        said = f"{len(alien)} file(s) belong to another user than {root}, as {alien[0].name}"
        yield said, f"chown -R --reference={root} {root}"
    else:
        yield "every file belongs to one user", None


def disk(seen: Seen) -> Iterator[Told]:
    """Reports are acknowledged only when they lie on this disk."""
    free = shutil.disk_usage(seen.home.root).free
    said = f"{free / (1 << 30):.1f} GiB are free below {seen.home.root}"
    yield said, "make room, or move the home to a larger disk" if free < _LEAST_FREE else None


def file_system(seen: Seen) -> Iterator[Told]:
    """SQLite's locks do not hold across a network."""
    try:
        kind = kind_of(seen.home.root.resolve(), _MOUNTS.read_text(encoding="utf-8"))
    except OSError:
        return
    if kind in _AFAR:
        said = f"{seen.home.root} lies on a network ({kind}): two writers could damage the database"
        yield said, "stop it, move the home to a local disk, and keep backups on the network"
    else:
        yield f"{seen.home.root} lies on a local disk ({kind})", None


def kind_of(path: Path, mounts: str) -> str:
    """The kind of file system on which a path lies, by the text of /proc/self/mountinfo."""
    found = (0, "unknown")
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        at = before.split()[4].replace("\\040", " ")
        if path.is_relative_to(at) and len(at) >= found[0]:
            found = len(at), after.split()[0]
    return found[1]


def open_files(_seen: Seen) -> Iterator[Told]:
    """Each machine that is connected takes one."""
    if sys.platform == "win32":
        yield "this system sets no such limit", None
    else:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        few = 0 <= limit < _LEAST_FILES
        yield f"{limit} files may be open at once", "raise LimitNOFILE of its unit" if few else None
