"""Which security patches are missing? The answer for Linux with apt.

apt itself says what it would upgrade, over the security sources alone: a list of them that we
write and hand over in memory. No Debian version is ever compared here.

- A look that is older than a week, or cannot be dated, leaves `pending` incomplete: an empty list
  that was never refreshed is no clean machine.
- Where nothing can be handed over (a machine asked from afar), it is asked over all sources: what
  comes from an archive of security is missing, and only an answer without any upgrade is whole.
- A package that is held, or kept back, is still missing its patch.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from agent.facts.base import About, answers, part
from agent.facts.kept import RestsOn, kept_output
from agent.facts.patching import upkeep
from agent.facts.patching.archives import Look, look
from agent.host.base import Host, HostError, output, read_if_there
from agent.host.programs import Program
from agent.readers import aptconfig, aptsimulation, releases, text
from agent.readers.aptsimulation import Upgrade
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.patching import PATCHING, Patch, Patching

T = TypeVar("T")

STALE_AFTER = timedelta(days=7)
_OPTIONS = (
    "Debug::NoLocking=1",
    "Dir::Log::Planner=",
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
)
_ALONE = "Dir::Etc::sourceparts=-"
_FILES = (
    *("/var/lib/dpkg/status", "/var/lib/dpkg/arch", "/var/lib/apt/extended_states"),
    *("/etc/apt/sources.list", "/etc/apt/preferences"),
)
_FOLDERS = ("/var/lib/apt/lists", "/etc/apt/sources.list.d", "/etc/apt/preferences.d")
"""What apt's answer is made of, beside its settings."""

Settings: TypeAlias = Mapping[str, str]


@answers(PATCHING, on="linux", confidence="derived", pace="heavy")
def linux(host: Host, about: About) -> Patching:
    """Ask apt, date its answer by its signed indexes, and look for a pending restart."""
    release = part(lambda: _release(host))
    settings = part(lambda: aptconfig.parse(output(host, Program.APT_CONFIG, "dump")))
    looked = part(lambda: look(host, _known(settings), about.now))
    current = part(lambda: upkeep.kernel_current(host))
    reboot = part(lambda: upkeep.reboot(host, current))
    return Patching(
        supported=_supported(release, about.now),
        support_ends=_support_ends(release),
        extended_support=_extended(release, about.now),
        automatic=part(lambda: upkeep.automatic(host, _known(settings))),
        last_scan=looked if isinstance(looked, Unknown) else looked.at,
        last_security_install=Unknown(Why.NOT_COLLECTED),  # apt's history names no archive
        reboot_required=reboot,
        reboot_since=_reboot_since(reboot, about),
        kernel_current=current,
        pending=part(lambda: _pending(host, about, _known(settings), _known(looked))),
    )


def _known(value: Maybe[T]) -> T:
    """What was read, or its failure once more: for what builds upon it."""
    if isinstance(value, Unknown):
        raise HostError(value.why, "what this builds upon was not read")
    return value


def _pending(host: Host, about: About, settings: Settings, looked: Look) -> Items[Patch]:
    upgrades, missing = _upgrades(host, about, settings, looked)
    if looked.at is None or about.now - looked.at > STALE_AFTER:
        missing = Why.STALE_SOURCE
    about.memory.retain("patching", {"reboot", *(upgrade.package for upgrade in upgrades)})
    return Items(tuple(_patch(upgrade, about) for upgrade in upgrades), missing)


def _upgrades(
    host: Host, about: About, settings: Settings, looked: Look
) -> tuple[tuple[Upgrade, ...], Why | None]:
    """What waits from the security sources, and why that may not be all."""
    args = ("-s", *(word for option in _OPTIONS for word in ("-o", option)))
    listed = "".join(source.line for source in looked.sources)
    try:
        own = (*args, "-o", _ALONE, "-o", listed, "dist-upgrade")
        said = kept_output(host, about, _rests_on(settings), Program.APT_GET, *own)
        return aptsimulation.parse(said), None
    except HostError as error:
        if error.why is not Why.NOT_LOCAL:
            raise
    found = aptsimulation.parse(output(host, Program.APT_GET, *args, "dist-upgrade"))
    security = tuple(upgrade for upgrade in found if upgrade.from_security)
    return security, Why.NOT_LOCAL if found else None


def _rests_on(settings: Settings) -> RestsOn:
    return RestsOn(_FILES, _FOLDERS, json.dumps(settings, sort_keys=True))


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


def _reboot_since(reboot: Maybe[bool], about: About) -> Maybe[datetime | None]:
    if isinstance(reboot, Unknown):
        return reboot
    since = about.memory.since("patching", "reboot", "due" if reboot else "not due", about.now)
    return since if reboot else None
