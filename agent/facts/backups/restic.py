"""When did restic last finish here, and how much lies here?

A snapshot is one file, written when everything that it needs is there, so the newest is the last
run that came to its end (restic, design document: repository layout). Everything in a repository
is encrypted but its folders' names; whether the password is a good one no file says.
"""

from collections.abc import Collection
from datetime import datetime

from agent.facts.backups.store import Store, newest
from agent.facts.base import part
from agent.host.base import Host

_PARTS = frozenset({"config", "data", "index", "keys", "snapshots"})


def is_one(names: Collection[str]) -> bool:
    """Are these the names in the folder of a repository?"""
    return frozenset(names) >= _PARTS


def look(host: Host, path: str, now: datetime) -> Store:
    """What a repository says; HostError if its snapshots cannot be read."""
    folder = f"{path}/snapshots"
    files = [host.stat(f"{folder}/{one.name}") for one in host.list(folder) if one.kind == "file"]
    whole = [file for file in files if file.size]
    return Store(
        product="restic",
        last=newest(whole, now),
        ok=bool(whole) and bool(host.list(f"{path}/keys")),
        encrypted=True,
        amount=part(lambda: _packs(host, path)),
    )


def _packs(host: Host, path: str) -> int:
    """How many packs it holds: they are all of about one size."""
    folders = [one.name for one in host.list(f"{path}/data") if one.kind == "folder"]
    return sum(len(host.list(f"{path}/data/{name}")) for name in folders)
