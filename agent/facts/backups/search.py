"""Which repositories lie on this machine that nobody declared?

By the names in their folders, where such things are put. What is not found there proves nothing:
a copy may lie elsewhere, or with a service.
"""

from collections.abc import Collection, Iterator

from agent.facts.backups import borg, restic
from agent.host.base import Absent, Entry, Host, HostError
from rules.facts.base import Why

_PLACES = (
    *(("/backup", 2), ("/backups", 2), ("/var/backups", 2), ("/srv", 2), ("/data", 2)),
    *(("/mnt", 3), ("/media", 3), ("/run/media", 3)),
)
"""Folders, and how many levels below them are looked into."""

_FOLDERS = 200
_NAMES = 500
"""Folders looked into in all, and names in one of them: one with more is no place for this."""


def repositories(host: Host, images: Collection[str] = ()) -> Iterator[str]:
    """The path of each repository; HostError if a place could not be looked into.

    Folders of `images` are passed over: they are many, and nobody's place for copies.
    """
    waiting = list(_PLACES)
    for _ in range(_FOLDERS):
        if not waiting:
            return
        path, levels = waiting.pop(0)
        entries = _entries(host, path)
        names = {entry.name for entry in entries}
        if restic.is_one(names) or borg.is_one(names):
            yield path
        elif levels:
            folders = [one.name for one in entries if one.kind == "folder"]
            below = [(f"{path}/{name}", levels - 1) for name in folders]
            waiting += [place for place in below if place[0] not in images]


def _entries(host: Host, path: str) -> tuple[Entry, ...]:
    try:
        return host.list(path, limit=_NAMES)
    except Absent:
        return ()
    except HostError as error:
        if error.why in (Why.TOO_LARGE, Why.NOT_LOCAL):
            return ()
        raise
