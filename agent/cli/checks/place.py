"""Is the place where the agent lives fit: folder, rights, disk, databases?"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from agent.cli import alarms
from agent.cli.checks.base import Seen, Told
from agent.cli.checks.service import restart
from agent.errands import results
from agent.host.base import HostError
from agent.host.paths import holds
from agent.paths import FOLDERS, Home
from agent.readers.errors import ParseError

_GROUP_TOO, _OTHERS = 0o077, 0o007
"""Mode bits of those who may not read: the courier's group may read the courier's key."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_LEAST_FREE = 64 << 20
"""Bytes. The outbox grows to about as much while no controller is reached."""


def home(seen: Seen) -> Iterator[Told]:
    """Is the agent's folder there, and may we look into it?"""
    root = seen.home.root
    if root.is_file():
        yield f"{root} is a file", "name a folder with --home DIR"
    elif not root.is_dir():
        yield f"{root} is not there", "dentinel enroll JOIN makes it, and so does dentinel run"
    elif not os.access(root, os.R_OK | os.X_OK):
        yield f"{root} may not be looked into", "run as root: sudo dentinel doctor"
    else:
        yield f"{root}", None


def rights(seen: Seen) -> Iterator[Told]:
    """May others read keys or write among them? By owner and mode of folders and private files.

    On Windows the folder's own access list holds for all in it, and is set at each start.
    """
    if sys.platform == "win32":
        yield "the folder's access list is set at each start of the guard", None
    else:
        faults = [*_readable(seen.home), *_loose(seen.home), *_alien(seen.home)]
        yield from faults
        if not faults:
            yield "keys and folders are open to nobody else", None


def _readable(home: Home) -> Iterator[Told]:
    private = (home.report_key, home.local, home.chain, home.results, home.join)
    for path, others in (*((path, _GROUP_TOO) for path in private), (home.courier_key, _OTHERS)):
        if path.exists() and path.stat().st_mode & others:
            yield f"{path} can be read by others", f"chmod 600 {path}"


def _loose(home: Home) -> Iterator[Told]:
    for name, mode, _ in FOLDERS:
        folder = home.root / name
        if folder.is_dir() and folder.stat().st_mode & 0o777 & ~mode:
            said = f"{folder.resolve()} is open to others ({folder.stat().st_mode & 0o7777:o})"
            yield said, f"chmod {mode:o} {folder.resolve()}; a start of the guard does it too"


def _alien(home: Home) -> Iterator[Told]:
    """Keys of another user than the folder's are not read where the parts have users of their own.

    The courier's key belongs to its group, and as all others to the folder's owner.
    """
    owner = home.root.stat().st_uid
    for path in (home.identity, home.report_key, home.courier_key, home.trust, home.enrolled):
        if path.exists() and path.stat().st_uid != owner:
            said = f"{path} belongs to another user than {home.root}"
            yield said, f"chown --reference={home.root} {path}"


def disk(seen: Seen) -> Iterator[Told]:
    """Is there room, and does the disk take what is written? A few bytes are written, and go."""
    root = seen.home.root
    trouble = alarms.of_sealing(seen.home, results.load(seen.home).trouble)
    free = shutil.disk_usage(root).free
    if trouble is not None:
        do = f"make room below {root}, or look at the disk (dmesg): it may have turned read-only"
        yield trouble, do
    said = f"{free / (1 << 20):.0f} MiB are free below {root}"
    yield said, "make room on this disk" if free < _LEAST_FREE else None


def databases(seen: Seen) -> Iterator[Told]:
    """Are outbox, courier's memory and findings whole? SQLite reads each of them through."""
    files = (seen.home.outbox, seen.home.courier, seen.home.local)
    faults = [told for path in files if path.exists() and (told := _read(seen.home, path))]
    yield from faults
    if not faults:
        yield "outbox, courier's memory and findings are whole", None


def _read(home: Home, path: Path) -> Told | None:
    """What is wrong with one of them; what cannot be opened is not called damaged."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as link:
            (said,) = link.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in _DAMAGED:
            return f"{path} cannot be read: {error}", "run as root; see what the check `disk` says"
        said = str(error)
    return None if said == "ok" else (f"{path} is damaged: {said}", _mend(home, path))


def _mend(home: Home, path: Path) -> str:
    if path == home.local:
        return f"{restart()}, after moving {path} away: findings are made anew by a sweep"
    return "nothing, if the guard runs: its next patrol keeps the file aside and begins a new one"


def local(seen: Seen) -> Iterator[Told]:
    """Does the folder lie on this machine? On a network two agents could write into one home."""
    if sys.platform == "win32":
        is_afar = str(seen.home.root).startswith("\\\\")
    else:
        from agent.host import mounted

        try:
            is_afar = lies_below(seen.home.root, mounted.elsewhere())
        except (HostError, ParseError) as error:
            yield f"what is mounted cannot be told: {error}", "look at /proc/self/mountinfo"
            return
    do = "give each machine a home on its own disk: two agents in one home damage both"
    said = "lies on a network" if is_afar else "lies on a disk of this machine"
    yield f"{seen.home.root} {said}", do if is_afar else None


def lies_below(path: Path, points: Iterable[str]) -> bool:
    """Does a path lie under one of these mounts?"""
    return any(holds(point, str(path.resolve())) for point in points)
