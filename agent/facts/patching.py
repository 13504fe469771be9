"""Which security patches are missing? The answer for Linux with apt.

apt itself says what it would upgrade, over the security sources alone: a list of them that we
write and hand over in memory. No Debian version is ever compared here.

- A look that is older than a week, or cannot be dated, leaves `pending` incomplete: an empty list
  that was never refreshed is no clean machine.
- A package that is held, or kept back, is still missing its patch.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Absent, Host, HostError, list_if_there, output, read_if_there
from agent.host.programs import Program
from agent.readers import aptconfig, aptsimulation, aptsources, inrelease, releases, text
from agent.readers.aptsimulation import Upgrade
from agent.readers.aptsources import Source
from agent.readers.inrelease import InRelease
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.patching import PATCHING, Patch, Patching

STALE_AFTER = timedelta(days=7)
_AHEAD = timedelta(minutes=5)
_LISTS = "/var/lib/apt/lists"
_STAMPS = ("/var/lib/apt/periodic/update-success-stamp", _LISTS)
"""What a look leaves behind. The folder also changes when only other archives answered: it counts
where the index of the security archive says itself until when it holds."""

_REBOOT = "/run/reboot-required"
_REBOOT_HOOKS = frozenset({"unattended-upgrades", "update-notifier"})
_TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")
_SYSTEMD = "/etc/systemd/system"


@answers(PATCHING, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Patching:
    """Ask apt, date its answer by its signed indexes, and look for a pending restart."""
    release = part(lambda: _release(host))
    look = part(lambda: _look(host, about.now))
    current = part(lambda: _kernel_current(host))
    reboot = part(lambda: _reboot(host, current))
    return Patching(
        supported=_supported(release, about.now),
        support_ends=_support_ends(release),
        extended_support=_extended(release, about.now),
        automatic=part(lambda: _automatic(host)),
        last_scan=look if isinstance(look, Unknown) else look.at,
        last_security_install=Unknown(Why.NOT_COLLECTED),  # apt's history names no archive
        reboot_required=reboot,
        reboot_since=_reboot_since(reboot, about),
        kernel_current=current,
        pending=part(lambda: _pending(host, about, look)),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """The security sources, and when they were last looked at with success; None: never."""

    sources: tuple[Source, ...]
    at: datetime | None


def _look(host: Host, now: datetime) -> _Look:
    found = [(source, _index(host, source)) for source in _sources(host)]
    security = {source: index for source, index in found if _is_security(source, index)}
    if not security:
        raise HostError(Why.TOOL_MISSING, "no security source is configured")
    times = [_looked_at(host, index, now) for index in security.values()]
    known = [at for at in times if at is not None]
    return _Look(tuple(security), min(known) if len(known) == len(times) else None)


def _is_security(source: Source, index: InRelease | None) -> bool:
    suite = source.suite.rstrip("/")
    named = suite.endswith("-security") or source.suite.endswith("/updates")
    return named or (index is not None and index.security)


def _sources(host: Host) -> Iterator[Source]:
    """All sources, from the list and the folder that apt is configured to read."""
    settings = aptconfig.parse(output(host, Program.APT_CONFIG, "dump"))
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


def _pending(host: Host, about: About, look: Maybe[_Look]) -> Items[Patch]:
    if isinstance(look, Unknown):
        raise HostError(look.why, "the security sources are not known")
    args = ["-s", *(word for option in _OPTIONS for word in ("-o", option))]
    listed = "".join(source.line for source in look.sources)
    said = output(host, Program.APT_GET, *args, "-o", listed, "dist-upgrade")
    upgrades = aptsimulation.parse(said)
    stale = look.at is None or about.now - look.at > STALE_AFTER
    about.memory.retain("patching", {"reboot", *(upgrade.package for upgrade in upgrades)})
    patches = tuple(_patch(upgrade, about) for upgrade in upgrades)
    return Items(patches, Why.STALE_SOURCE if stale else None)


_OPTIONS = (
    "Debug::NoLocking=1",
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "Dir::Etc::sourceparts=-",
)


def _patch(upgrade: Upgrade, about: About) -> Patch:
    waiting = about.memory.since("patching", upgrade.package, upgrade.old or "held", about.now)
    return Patch(
        id=upgrade.package,
        title=f"{upgrade.package} {upgrade.new}" if upgrade.new else f"{upgrade.package} (held)",
        security=True,
        severity="unrated",
        released=None,
        waiting_since=waiting,
    )


def _release(host: Host) -> releases.Support:
    said = text.assignments(read_if_there(host, "/etc/os-release") or b"")
    found = releases.support(said.get("ID", ""), said.get("VERSION_ID", ""))
    if found is None:
        raise HostError(Why.UNRECOGNISED, "this release is not in our table of support")
    return found


def _supported(release: Maybe[releases.Support], now: datetime) -> Maybe[bool]:
    ends = _support_ends(release)
    return ends if isinstance(ends, Unknown) else now < ends


def _support_ends(release: Maybe[releases.Support]) -> Maybe[datetime]:
    if isinstance(release, Unknown):
        return release
    return release.extended if release.extended and release.for_all else release.ends


def _extended(release: Maybe[releases.Support], now: datetime) -> Maybe[bool | None]:
    if isinstance(release, Unknown):
        return release
    if not release.for_all and release.extended and now >= release.ends:
        return Unknown(Why.NOT_COLLECTED)  # by contract, which is not looked for yet
    return release.for_all and now >= release.ends


def _automatic(host: Host) -> Literal["on", "notify", "off", "managed"]:
    """What is configured counts only if something starts it and the program is there."""
    settings = aptconfig.parse(output(host, Program.APT_CONFIG, "dump"))
    if not (_on(settings, "update-package-lists") and _is_started(host)):
        return "off"
    installs = _on(settings, "unattended-upgrade")
    program = read_if_there(host, "/usr/bin/unattended-upgrade") is not None
    return "on" if installs and program else "notify"


def _on(settings: Mapping[str, str], name: str) -> bool:
    value = settings.get(f"apt::periodic::{name}", "0")
    return value == "always" or (value.isdigit() and int(value) > 0)


def _is_started(host: Host) -> bool:
    """By both timers of systemd, enabled and neither masked."""
    enabled = {entry.name for entry in list_if_there(host, f"{_SYSTEMD}/timers.target.wants")}
    links = [entry.name for entry in list_if_there(host, _SYSTEMD) if entry.kind == "link"]
    masked = {name for name in links if name in _TIMERS and _leads_nowhere(host, name)}
    return set(_TIMERS) <= enabled and not masked


def _leads_nowhere(host: Host, unit: str) -> bool:
    return host.stat(f"{_SYSTEMD}/{unit}").link == "/dev/null"


def _kernel_current(host: Host) -> bool | None:
    """Does the newest kernel run? The link is set by each installation; None: none is kept here."""
    for link in ("/vmlinuz", "/boot/vmlinuz"):
        try:
            target = host.stat(link).link
        except Absent:
            continue
        if target is not None:
            running = text.line(host.read("/proc/sys/kernel/osrelease"))
            return posixpath.basename(target) == f"vmlinuz-{running}"
    return None


def _reboot(host: Host, current: Maybe[bool | None]) -> bool:
    """The packages say so, or a newer kernel waits; without their hook silence proves nothing."""
    if read_if_there(host, _REBOOT) is not None or current is False:
        return True
    hooks = {entry.name for entry in list_if_there(host, "/etc/kernel/postinst.d")}
    if isinstance(current, Unknown):
        raise HostError(current.why, "the running kernel is not known")
    if not hooks & _REBOOT_HOOKS:
        raise HostError(Why.TOOL_MISSING, "nothing here notes that a restart is due")
    return False


def _reboot_since(reboot: Maybe[bool], about: About) -> Maybe[datetime | None]:
    if isinstance(reboot, Unknown):
        return reboot
    return about.memory.since("patching", "reboot", "required", about.now) if reboot else None
