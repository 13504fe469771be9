"""One-line answers of macOS's own tools: what do they say?

Whole lines are compared, in the English that these tools are written in and speak in every
language: what merely contains "On" may be "Deferred enablement". A line that is not known here is
a ParseError, whatever it may mean.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from agent.readers.errors import ParseError

_FILEVAULT = re.compile(
    r"FileVault is (?P<on>On|Off)\.\n"
    r"(Deferred enablement appears to be active for user '[^'\n]*'\.\n)?"
    r"((?P<way>Encryption|Decryption) in progress: "
    r"Percent completed = (?P<percent>[0-9]{1,3})(\.[0-9]{1,9})?\n)?"
)
_SIP = re.compile(
    r"System Integrity Protection status: (?P<state>enabled|disabled|unknown)"
    r"(?P<custom> \(Custom Configuration\))?\.\n(?P<rest>.*)",
    re.DOTALL,
)
_ENROLMENT = re.compile(
    r"Enrolled via DEP: (?P<dep>Yes|No)\nMDM enrollment: (?P<mdm>Yes( \(User Approved\))?|No)\n"
    r"(MDM server: [^\n]*\n)?"
)
_SCREEN_LOCK = re.compile(
    r"([0-9:. -]+sysadminctl\[[0-9a-f:]+\] )?"
    r"screenLock (delay )?is (?P<delay>immediate|off|-?[0-9]{1,9}(\.0+)? seconds)\n"
)
_POWER = re.compile(r"(AC|Battery|UPS) Power:")
_DISPLAY_SLEEP = re.compile(r" *displaysleep +([0-9]{1,6}) *")
_SYSCTL = re.compile(r"([a-z][a-z0-9_.]{0,63}): (.*)")
_XPROTECT = re.compile(
    r"XProtect launch scans: (?P<launch>enabled|disabled)\n"
    r"XProtect background scans: (?P<background>enabled|disabled)\n"
)
_XPROTECT_VERSION = re.compile(
    r"Version: [0-9]{1,10} Installed: ([0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2} \+0000)\n"
)
_NETWORK_TIME = re.compile(r"Network Time: (On|Off)\n")
_BOOT_TIME = re.compile(r"\{ sec = ([0-9]{1,11}), usec = [0-9]{1,6} \}.*")


@dataclass(frozen=True, slots=True)
class FileVault:
    """FileVault of the startup volume; `percent` only while it converts."""

    state: Literal["on", "off", "converting"]
    percent: int | None = None


def filevault(data: bytes) -> FileVault:
    """`fdesetup status`: enablement that is deferred is off."""
    found = _FILEVAULT.fullmatch(_decoded(data))
    if not found:
        raise ParseError("fdesetup says something else than that FileVault is on or off")
    if found["way"]:
        return FileVault("converting", min(int(found["percent"]), 100))
    return FileVault("on" if found["on"] == "On" else "off")


def integrity(data: bytes) -> bool:
    """`csrutil status`: is System Integrity Protection wholly on?

    With a configuration of one's own, parts of it are off.
    """
    found = _SIP.fullmatch(_decoded(data))
    if not found or (found["rest"].strip() and not found["custom"]):
        raise ParseError("csrutil says something else than a status")
    if found["custom"]:
        return False
    if found["state"] == "unknown":
        raise ParseError("csrutil does not know the status itself")
    return found["state"] == "enabled"


def enrolled(data: bytes) -> bool:
    """`profiles status -type enrollment`: does somebody manage this Mac?"""
    found = _ENROLMENT.fullmatch(_decoded(data))
    if not found:
        raise ParseError("profiles says something else than whether it is enrolled")
    return found["mdm"] != "No"


def xprotect(data: bytes) -> tuple[bool, bool]:
    """`xprotect status` (macOS 15): does it look at what is started, and at what lies there?"""
    found = _XPROTECT.fullmatch(_decoded(data))
    if not found:
        raise ParseError("xprotect says something else than its two scans")
    return found["launch"] == "enabled", found["background"] == "enabled"


def xprotect_installed(data: bytes) -> datetime:
    """`xprotect version` (macOS 15): when the definitions in use came."""
    found = _XPROTECT_VERSION.fullmatch(_decoded(data))
    if not found:
        raise ParseError("xprotect says something else than a version and its day")
    try:
        return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S %z")
    except ValueError as error:
        raise ParseError("a day that is none") from error


def network_time(data: bytes) -> bool:
    """`systemsetup -getusingnetworktime`: is the clock to be set from the network?"""
    found = _NETWORK_TIME.fullmatch(_decoded(data))
    if not found:
        raise ParseError("systemsetup says neither On nor Off")
    return found[1] == "On"


def processes(data: bytes) -> frozenset[str]:
    """`ps -axwwo comm=`: the program of each process, by its path where macOS knows it."""
    text = _decoded(data)
    found = frozenset(line.strip() for line in text.split("\n") if line.strip())
    if not text.endswith("\n") or "/sbin/launchd" not in found:
        raise ParseError("a list of processes that was cut, or is none")
    return found


def screen_lock(data: bytes) -> int | None:
    """`sysadminctl -screenLock status`, on stderr: seconds until a password is asked; None: never.

    -1 seconds is off.
    """
    found = _SCREEN_LOCK.fullmatch(_decoded(data))
    if not found:
        raise ParseError("sysadminctl says something else than a delay")
    if found["delay"] in ("immediate", "off"):
        return 0 if found["delay"] == "immediate" else None
    seconds = int(found["delay"].partition(" ")[0].partition(".")[0])
    return None if seconds < 0 else seconds


def display_sleep(data: bytes) -> int | None:
    """`pmset -g custom`: minutes until the display sleeps by the worst power source; None: never.

    Each Mac has settings for mains; those for a battery stand before them.
    """
    minutes: dict[str, int] = {}
    source = ""
    for line in _decoded(data).split("\n"):
        if found := _POWER.fullmatch(line):
            source = found[1]
        elif found := _DISPLAY_SLEEP.fullmatch(line):
            minutes[source] = int(found[1])
    if "AC" not in minutes or "" in minutes:
        raise ParseError("pmset does not say when the display sleeps on mains")
    return None if 0 in minutes.values() else max(minutes.values())


def sysctl(data: bytes) -> Mapping[str, str]:
    """`sysctl NAME …`: each name with its value; what the kernel does not know has no line."""
    values = {}
    for line in _decoded(data).splitlines():
        found = _SYSCTL.fullmatch(line)
        if not found or found[1] in values:
            raise ParseError("a line that is no name and value")
        values[found[1]] = found[2]
    return values


def boot_time(value: str) -> datetime:
    """The value of kern.boottime; the date behind it is for people."""
    found = _BOOT_TIME.fullmatch(value)
    if not found:
        raise ParseError("kern.boottime does not say since when")
    return datetime.fromtimestamp(int(found[1]), UTC)


def _decoded(data: bytes) -> str:
    return data.decode(errors="surrogateescape")
