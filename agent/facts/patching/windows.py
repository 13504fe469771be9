r"""Which security patches are missing? The answer for Windows.

Which are missing, and when they were last looked for, the update agent tells (pending.py beside
this). Here is whether a restart is due, whether updates come by themselves, and until when
Microsoft mends this build. Not yet confirmed on a real Windows.

- PendingFileRenameOperations proves no restart: programs of all kinds leave some behind.
- "Automatic" with the services of updates switched off is off, as is a pause that still runs.
"""

from datetime import datetime
from typing import Literal, TypeAlias

from agent.facts.base import About, answers, part
from agent.facts.patching import pending
from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.host.registry import POLICIES, UNPROBED, WINDOWS, build, is_disabled, opened
from agent.readers import windowsreleases
from agent.readers.errors import ParseError
from agent.readers.probes import wua
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.form import instant
from rules.facts.patching import PATCHING, Patching

Automatic: TypeAlias = Literal["on", "notify", "off", "managed"]

_CURRENT = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion"
_RESTART = (
    rf"{_CURRENT}\Component Based Servicing\RebootPending",
    rf"{_CURRENT}\WindowsUpdate\Auto Update\RebootRequired",
)
_POLICY = rf"{POLICIES}\Microsoft\Windows\WindowsUpdate\AU"
_PAUSED = r"HKLM\SOFTWARE\Microsoft\WindowsUpdate\UX\Settings"
_OPTIONS: dict[int | None, Automatic] = {2: "notify", 3: "notify", 4: "on", 7: "notify"}
"""AUOptions (WindowsUpdate.admx); 5 lets a local administrator choose."""


@answers(PATCHING, on="windows", confidence="derived", pace="search")
def windows(host: Host, about: About) -> Patching:
    """From the update agent, signs of servicing, policies, and our table of support."""
    ends = part(lambda: _support_ends(host))
    reboot = part(lambda: any(opened(host, key).there for key in _RESTART))
    said = part(lambda: wua.read(probed(host, "wua")))
    return Patching(
        supported=ends if isinstance(ends, Unknown) else about.now < ends,
        support_ends=ends,
        extended_support=part(lambda: _extended(host, ends, about.now)),
        automatic=part(lambda: _automatic(host, about.now)),
        last_scan=said if isinstance(said, Unknown) else said.searched,
        last_security_install=said
        if isinstance(said, Unknown)
        else pending.last_security_install(said),
        reboot_required=reboot,
        reboot_since=_reboot_since(reboot, about),
        kernel_current=None,
        pending=said if isinstance(said, Unknown) else pending.pending(said, about),
    )


def _support_ends(host: Host) -> datetime:
    edition = opened(host, WINDOWS).text("EditionID") or ""
    ends = windowsreleases.support_ends(build(host), edition)
    if ends is None:
        raise HostError(Why.UNRECOGNISED, "this build and edition are not in our table of support")
    return ends


def _extended(host: Host, ends: Maybe[datetime], now: datetime) -> bool:
    """Whether somebody bought updates beyond the end is not told by the registry."""
    if isinstance(ends, Unknown):
        raise HostError(ends.why, "its end is not known")
    if now >= ends and windowsreleases.may_be_extended(build(host)):
        raise HostError(UNPROBED, "extended updates may have been bought")
    return False


def _automatic(host: Host, now: datetime) -> Automatic:
    """What nobody set is on, since Windows 10."""
    if is_disabled(host, "wuauserv") or is_disabled(host, "UsoSvc") or _is_paused(host, now):
        return "off"
    policy = opened(host, _POLICY)
    if policy.number("NoAutoUpdate") == 1:
        return "off"
    if policy.number("UseWUServer") == 1:
        return "managed"
    said = policy.number("AUOptions")
    if said is None:
        return "on"
    if said not in _OPTIONS:
        raise HostError(Why.UNRECOGNISED, f"AUOptions {said}")
    return _OPTIONS[said]


def _is_paused(host: Host, now: datetime) -> bool:
    said = opened(host, _PAUSED).text("PauseUpdatesExpiryTime")
    if not said:
        return False
    try:
        return now < instant(said)
    except ValueError as error:
        raise ParseError("a pause without an end") from error


def _reboot_since(reboot: Maybe[bool], about: About) -> Maybe[datetime | None]:
    if isinstance(reboot, Unknown):
        return reboot
    since = about.memory.since("patching", "reboot", "due" if reboot else "not due", about.now)
    return since if reboot else None
