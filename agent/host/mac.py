"""Which release of macOS is it, who manages it, what runs on it? Asked by several facts."""

from collections.abc import Mapping

from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.readers import launchd, macstatus, plist
from agent.readers.errors import ParseError
from agent.readers.plist import Values
from rules.facts.base import Why
from rules.facts.types import Version

_SYSTEM = "/System/Library/CoreServices/SystemVersion.plist"


def settings(host: Host, path: str) -> Values | None:
    """A property list; None is proof that it is not there."""
    try:
        return plist.parse(host.read(path, 8 << 20))
    except Absent:
        return None


def system(host: Host) -> Values:
    """What the system says that it is: SystemVersion.plist."""
    found = settings(host, _SYSTEM)
    if found is None:
        raise HostError(Why.UNRECOGNISED, "a macOS that does not say which it is")
    return found


def release(host: Host) -> Version:
    """Its version, such as 15.1."""
    try:
        return Version.parse(plist.text(system(host), "ProductVersion"))
    except ValueError as error:
        raise ParseError("a version that is none") from error


def managed(host: Host) -> bool:
    """Is it enrolled with somebody who manages it (MDM)?"""
    return macstatus.enrolled(output(host, Program.PROFILES, "status", "-type", "enrollment"))


def overrides(host: Host) -> Mapping[str, bool]:
    """The jobs that launchd was told to leave alone (true) or to take, whatever their files say."""
    return launchd.overrides(output(host, Program.LAUNCHCTL, "print-disabled", "system"))


def processes(host: Host) -> frozenset[str]:
    """The programs that run, by their paths; one may call itself what it likes."""
    return macstatus.processes(output(host, Program.PS, "-axwwo", "comm="))
