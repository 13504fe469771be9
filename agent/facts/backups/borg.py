"""When did borg last commit here, and is what lies here encrypted?

`index.N` is written after segment N has committed what came before it (borg 1.x, docs/internals):
its age is that of the last finished change. The key in the repository's config is not read.
"""

import re
from collections.abc import Collection, Iterator
from datetime import datetime

from agent.facts.backups.store import Store, newest
from agent.facts.base import part
from agent.host.base import Host, Stat
from agent.readers import borg
from agent.readers.errors import ParseError

_PARTS = frozenset({"README", "config", "data"})
_INDEX = re.compile(r"index\.([0-9]{1,12})")
_SEGMENTS, _ENTRIES = 8, 8
"""How many segments, the newest first, and entries of each, are asked for some data."""


def is_one(names: Collection[str]) -> bool:
    """Are these the names in the folder of a repository?"""
    return frozenset(names) >= _PARTS and any(map(_INDEX.fullmatch, names))


def look(host: Host, path: str, now: datetime) -> Store:
    """What a repository says; HostError if its index cannot be told."""
    found = [one.name for one in host.list(path) if _INDEX.fullmatch(one.name)]
    files = [host.stat(f"{path}/{name}") for name in found]
    segments = list(_segments(host, path))
    return Store(
        product="borg",
        last=newest((file for file in files if file.size), now),
        ok=any(file.size for file in files) and bool(segments),
        encrypted=part(lambda: _is_encrypted(host, [path for _, path in sorted(segments)])),
        amount=part(lambda: sum(host.stat(segment).size for _, segment in segments)),
    )


def _segments(host: Host, path: str) -> Iterator[tuple[int, str]]:
    """The number and path of each segment."""
    for folder in host.list(f"{path}/data"):
        if folder.name.isdecimal():
            for file in host.list(f"{path}/data/{folder.name}"):
                if file.name.isdecimal():
                    yield int(file.name), f"{path}/data/{folder.name}/{file.name}"


def _is_encrypted(host: Host, segments: list[str]) -> bool:
    """By the first data that are met: borg refuses data of another kind than the repository's."""
    for segment in segments[: -_SEGMENTS - 1 : -1]:
        if (found := _of_segment(host, segment, host.stat(segment))) is not None:
            return found
    raise ParseError("no data in the newest segments")


def _of_segment(host: Host, path: str, file: Stat) -> bool | None:
    """Are its data encrypted? None if it holds none among its first entries."""
    if host.read(path, len(borg.MAGIC), whole=False) != borg.MAGIC:
        raise ParseError("not a borg segment")
    offset = len(borg.MAGIC)
    for _ in range(_ENTRIES):
        if offset >= file.size:
            return None
        entry = borg.entry(host.read(path, borg.HEAD, offset, whole=False))
        if entry.encrypted is not None:
            return entry.encrypted
        offset += entry.size
    return None
