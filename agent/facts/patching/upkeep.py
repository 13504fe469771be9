"""Does something install updates by itself, and is a restart due?"""

import posixpath
import re
from collections.abc import Mapping
from typing import Literal

from agent.host.base import Absent, Host, HostError, list_if_there, read_if_there
from agent.readers import text
from rules.facts.base import Maybe, Unknown, Why

_REBOOT = "/run/reboot-required"
_HOOKS = frozenset({"unattended-upgrades", "update-notifier"})
_TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")
_SYSTEMD = "/etc/systemd/system"
_INTERVAL = re.compile(r"0*[1-9][0-9]{0,8}[smhd]?")
"""More often than never, as /usr/lib/apt/apt.systemd.daily reads it; days without a letter."""


def automatic(host: Host, settings: Mapping[str, str]) -> Literal["on", "notify", "off", "managed"]:
    """What is configured counts only if something starts it and the program is there."""
    if not (_on(settings, "update-package-lists") and _is_started(host)):
        return "off"
    installs = _on(settings, "unattended-upgrade")
    program = read_if_there(host, "/usr/bin/unattended-upgrade") is not None
    return "on" if installs and program else "notify"


def _on(settings: Mapping[str, str], name: str) -> bool:
    value = settings.get(f"apt::periodic::{name}", "0")
    return value == "always" or _INTERVAL.fullmatch(value) is not None


def _is_started(host: Host) -> bool:
    """By both timers of systemd, enabled and neither masked."""
    enabled = {entry.name for entry in list_if_there(host, f"{_SYSTEMD}/timers.target.wants")}
    links = [entry.name for entry in list_if_there(host, _SYSTEMD) if entry.kind == "link"]
    masked = {name for name in links if name in _TIMERS and _leads_nowhere(host, name)}
    return set(_TIMERS) <= enabled and not masked


def _leads_nowhere(host: Host, unit: str) -> bool:
    return host.stat(f"{_SYSTEMD}/{unit}").link == "/dev/null"


def kernel_current(host: Host) -> bool | None:
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


def reboot(host: Host, current: Maybe[bool | None]) -> bool:
    """The packages say so, or a newer kernel waits; without their hook silence proves nothing."""
    if read_if_there(host, _REBOOT) is not None or current is False:
        return True
    hooks = {entry.name for entry in list_if_there(host, "/etc/kernel/postinst.d")}
    if isinstance(current, Unknown):
        raise HostError(current.why, "the running kernel is not known")
    if not hooks & _HOOKS:
        raise HostError(Why.TOOL_MISSING, "nothing here notes that a restart is due")
    return False
