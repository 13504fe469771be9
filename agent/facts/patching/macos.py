"""Which updates are missing? The answer for macOS, by its own record of its last look.

An empty record that is old, or has no date, is stale and not clean. Until when Apple mends a
release is published nowhere, whether a restart is due is not told, and both are unknown.
"""

from datetime import datetime, timedelta
from typing import Literal

from agent.facts.base import About, answers, known, part
from agent.host import mac
from agent.host.base import Host, HostError
from agent.readers import plist
from agent.readers.plist import Values
from rules.facts.base import Items, Unknown, Why
from rules.facts.patching import PATCHING, Patch, Patching

_OWN = "/Library/Preferences/com.apple.SoftwareUpdate.plist"
_MANAGED = "/Library/Managed Preferences/com.apple.SoftwareUpdate.plist"
_STALE_AFTER = timedelta(days=7)
_SWITCHES = ("AutomaticDownload", "AutomaticallyInstallMacOSUpdates", "CriticalUpdateInstall")


@answers(PATCHING, on="macos", confidence="derived")
def macos(host: Host, about: About) -> Patching:
    """From com.apple.SoftwareUpdate.plist, and what a profile fixes of it."""
    own = part(lambda: _record(host))
    unread = Unknown(Why.NOT_COLLECTED)
    return Patching(
        supported=unread,
        support_ends=unread,
        extended_support=unread,
        automatic=part(lambda: _automatic({**known(own), **(mac.settings(host, _MANAGED) or {})})),
        last_scan=part(lambda: _looked(known(own))),
        last_security_install=unread,
        reboot_required=unread,
        reboot_since=unread,
        kernel_current=None,
        pending=part(lambda: _pending(known(own), about)),
    )


def _record(host: Host) -> Values:
    found = mac.settings(host, _OWN)
    if found is None:
        raise HostError(Why.NOT_COLLECTED, "macOS has recorded no look for updates")
    return found


def _looked(own: Values) -> datetime:
    at = plist.instant(own, "LastFullSuccessfulDate")
    if at is None:
        raise HostError(Why.STALE_SOURCE, "no look for updates has ended well")
    return at


def _automatic(values: Values) -> Literal["on", "notify", "off"]:
    """Nothing comes by itself if nobody looks; a switch that nobody set is not known."""
    if plist.flag(values, "AutomaticCheckEnabled") is False:
        return "off"
    switches = [plist.flag(values, name) for name in ("AutomaticCheckEnabled", *_SWITCHES)]
    if False in switches:
        return "notify"
    if None in switches:
        raise HostError(Why.NOT_COLLECTED, "the default of this release is not known")
    return "on"


def _pending(own: Values, about: About) -> Items[Patch]:
    updates = plist.records(own, "RecommendedUpdates")
    patches = tuple(_patch(update, about) for update in updates)
    about.memory.retain("patching", {plist.text(update, "Identifier") for update in updates})
    at = plist.instant(own, "LastFullSuccessfulDate")
    fresh = at is not None and timedelta() <= about.now - at <= _STALE_AFTER
    return Items(patches, None if fresh else Why.STALE_SOURCE)


def _patch(update: Values, about: About) -> Patch:
    """Updates of a release mend its holes; whether a new release must come, nobody says."""
    name = plist.text(update, "Identifier")
    return Patch(
        id=name,
        title=plist.text(update, "Display Name"),
        security=Unknown(Why.UNRECOGNISED) if name.endswith("_major") else True,
        severity="unrated",
        released=None,
        waiting_since=about.memory.since("patching", name, "waits", about.now),
    )
