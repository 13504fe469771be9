"""Which archives give security updates here, and when were they last looked at with success?

Dated by what the archives themselves have signed, so that neither a touched file nor a mirror
that stands still makes an old look new.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.host.base import Absent, Host, HostError, list_if_there, read_if_there
from agent.readers import aptsources, inrelease
from agent.readers.aptsources import Source
from agent.readers.inrelease import InRelease
from rules.facts.base import Why

_AHEAD = timedelta(minutes=5)
"""A stamp that lies further in the future is of a clock that was wrong."""

_LISTS = "/var/lib/apt/lists"
_STAMPS = ("/var/lib/apt/periodic/update-success-stamp", _LISTS)
"""What a look leaves behind. The folder also changes when only other archives answered: it counts
where the index of the security archive says itself until when it holds."""


@dataclass(frozen=True, slots=True)
class Look:
    """The security sources, and when they were last looked at with success; None: never."""

    sources: tuple[Source, ...]
    at: datetime | None


def look(host: Host, settings: Mapping[str, str], now: datetime) -> Look:
    """Look them up; HostError if there is none, ParseError if a list cannot be understood."""
    found = [(source, _index(host, source)) for source in _sources(host, settings)]
    security = {source: index for source, index in found if _is_security(source, index)}
    if not security:
        raise HostError(Why.TOOL_MISSING, "no security source is configured")
    times = [_looked_at(host, index, now) for index in security.values()]
    known = [at for at in times if at is not None]
    return Look(tuple(security), min(known) if len(known) == len(times) else None)


def _is_security(source: Source, index: InRelease | None) -> bool:
    suite = source.suite.rstrip("/")
    named = suite.endswith("-security") or source.suite.endswith("/updates")
    return named or (index is not None and index.security)


def _sources(host: Host, settings: Mapping[str, str]) -> Iterator[Source]:
    """All sources, from the list and the folder that apt is configured to read."""
    etc = posixpath.join("/", settings["dir::etc"])
    main = posixpath.join(etc, settings.get("dir::etc::sourcelist", "sources.list"))
    parts = posixpath.join(etc, settings.get("dir::etc::sourceparts", "sources.list.d"))
    yield from aptsources.parse(read_if_there(host, main) or b"", main)
    for entry in list_if_there(host, parts):
        if entry.name.endswith((".list", ".sources")):
            path = f"{parts.rstrip('/')}/{entry.name}"
            yield from aptsources.parse(read_if_there(host, path) or b"", path)


def _index(host: Host, source: Source) -> InRelease | None:
    """The signed index of a source as last fetched; None if it never was."""
    for name in ("InRelease", "Release"):
        try:
            path = f"{_LISTS}/{source.release}{name}"
            return inrelease.parse(host.read(path, inrelease.HEAD, whole=False))
        except Absent:
            continue
    return None


def _looked_at(host: Host, index: InRelease | None, now: datetime) -> datetime | None:
    """When the archive was last asked, at the earliest when it made what we have of it.

    An index that no longer holds proves a look up to that time only, whatever a stamp says.
    """
    if index is None:
        return None
    stamps_of = _STAMPS if index.holds_until else _STAMPS[:1]
    stamps = [stamp for path in stamps_of if (stamp := _modified_at(host, path)) <= now + _AHEAD]
    at = max([index.made_at, *stamps])
    return at if index.holds_until is None else min(at, index.holds_until)


def _modified_at(host: Host, path: str) -> datetime:
    """When a file was last written; one that is not there was never."""
    try:
        return host.stat(path).modified_at
    except Absent:
        return datetime.min.replace(tzinfo=UTC)
