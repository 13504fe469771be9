"""Where do the two clients keep their metadata, which timestamp was fetched last, and is it all?

The names are python-tuf's own, below the folder that each client is given.
"""

import hashlib
from pathlib import Path

from agent.paths import Home
from evidence import distribution


def metadata(folder: Path) -> Path:
    """The metadata of the client that works in this folder: `incoming` or `checked`."""
    return folder / "metadata"


def targets(folder: Path) -> Path:
    """The targets that it has brought, by the names that a repository has."""
    return folder / "targets"


def newest(folder: Path, role: str) -> Path:
    """What a role has signed last."""
    return metadata(folder) / f"{role}.json"


def root(folder: Path, name: str) -> Path:
    """A root by its number, such as `3.root.json`: all of them are kept."""
    return metadata(folder) / "root_history" / name


def under_way(home: Home) -> Path:
    """There from the beginning of a fetch to its end: until then half of it may lie there."""
    return home.incoming / "under-way"


def fetch_seen(home: Home) -> tuple[bool, int | None]:
    """Is a fetch under way, or was it cut short; and when did the last whole one end?"""
    try:
        ended_at = home.fetched.stat().st_mtime_ns
    except OSError:
        ended_at = None
    return under_way(home).exists(), ended_at


def fetched(home: Home) -> str | None:
    """The SHA-256 of the timestamp that was fetched last, as answers name the newest one."""
    try:
        data = newest(home.incoming, distribution.TIMESTAMP).read_bytes()
    except OSError:
        return None
    return hashlib.sha256(data).hexdigest()
