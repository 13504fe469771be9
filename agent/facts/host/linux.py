"""Which machine is this? The answer for Linux."""

import re
from datetime import UTC, datetime
from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError, is_there, list_if_there, read_if_there
from agent.host.container import in_container
from agent.host.directory import directories
from agent.readers import elf, text
from agent.readers.errors import ParseError
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.host import HOST, Role
from rules.facts.host import Host as Machine
from rules.facts.types import Version

_DMI = "/sys/class/dmi/id"
_PORTABLE = frozenset({8, 9, 10, 11, 14, 30, 31, 32})
"""Chassis that are carried about: laptops, tablets, convertibles (SMBIOS 3.7, table 17)."""

_SAYS_NOTHING = re.compile(
    r"|none|n/?a|default string|to be filled by o\.?e\.?m\.?|system (serial number|manufacturer)"
    r"|system product name|not (specified|applicable)|0+|x+|unknown|o\.e\.m\.",
    re.IGNORECASE,
)
_SESSIONS = ("/usr/share/xsessions", "/usr/share/wayland-sessions")


@answers(HOST, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Machine:
    """From os-release, /proc, and what the firmware says of itself (DMI)."""
    release = part(lambda: _release(host))
    return Machine(
        name=part(lambda: text.line(host.read("/proc/sys/kernel/hostname"))),
        os="linux",
        distribution=_distribution(release),
        os_version=part(lambda: _version(host, release)),
        edition=_said(release, "VARIANT_ID"),
        arch=part(lambda: elf.arch(host.read("/bin/sh", elf.HEADER, whole=False))),
        role=about.settings.role if about.settings.role else part(lambda: _role(host)),
        portable=part(lambda: _portable(host)),
        virtual=part(lambda: _virtual(host)),
        joined=part(lambda: _joined(host)),
        boot_time=part(lambda: _boot_time(host)),
        vendor=part(lambda: _firmware(host, "sys_vendor")),
        model=part(lambda: _firmware(host, "product_name")),
        serial=part(lambda: _firmware(host, "product_serial")),
    )


def _release(host: Host) -> dict[str, str]:
    said = read_if_there(host, "/etc/os-release")
    if said is None:
        said = host.read("/usr/lib/os-release")
    return text.assignments(said)


def _distribution(release: dict[str, str] | Unknown) -> Maybe[str]:
    if isinstance(release, Unknown):
        return release
    return release.get("ID") or Unknown(Why.UNRECOGNISED)


def _said(release: dict[str, str] | Unknown, name: str) -> Maybe[str | None]:
    return release if isinstance(release, Unknown) else release.get(name) or None


def _version(host: Host, release: dict[str, str] | Unknown) -> Maybe[Version]:
    """Debian's os-release knows no point releases, its own file does."""
    if isinstance(release, Unknown):
        return release
    said = release.get("VERSION_ID", "")
    if release.get("ID") == "debian":
        point = text.line(read_if_there(host, "/etc/debian_version") or b"\n")
        said = point if re.fullmatch(r"[0-9]+\.[0-9]+", point) else said
    try:
        return Version.parse(said)
    except ValueError:
        return Unknown(Why.UNRECOGNISED)  # a release that rolls has no number


def _role(host: Host) -> Role:
    """Where nobody has said: a machine with a desktop to choose is worked at."""
    for folder in _SESSIONS:
        if any(entry.name.endswith(".desktop") for entry in list_if_there(host, folder)):
            return "workstation"
    return "server"


def _portable(host: Host) -> bool:
    chassis = read_if_there(host, f"{_DMI}/chassis_type")
    if chassis is not None:
        return text.number(chassis) in _PORTABLE
    supplies = list_if_there(host, "/sys/class/power_supply")
    return any(entry.name.startswith("BAT") for entry in supplies)


def _virtual(host: Host) -> Literal["none", "vm", "container"]:
    if in_container(host):
        return "container"
    if re.search(rb"^flags\s*:.*\bhypervisor\b", host.read("/proc/cpuinfo", 8 << 20), re.MULTILINE):
        return "vm"
    return "vm" if is_there(host, "/proc/device-tree/hypervisor") else "none"


def _joined(host: Host) -> Literal["none", "domain", "entra", "hybrid", "mdm"]:
    asked = directories(host)
    if asked & {"himmelblau", "aad"}:
        return "entra"
    return "domain" if asked else "none"


def _boot_time(host: Host) -> datetime:
    found = re.search(rb"^btime ([0-9]{1,11})$", host.read("/proc/stat", 8 << 20), re.MULTILINE)
    if not found:
        raise ParseError("/proc/stat does not say since when")
    return datetime.fromtimestamp(int(found[1]), UTC)


def _firmware(host: Host, name: str) -> str:
    """What the maker wrote; what every board without a name says counts as nothing."""
    said = read_if_there(host, f"{_DMI}/{name}")
    if said is None:
        raise HostError(Why.TOOL_MISSING, "this machine has no DMI tables")
    value = text.line(said)
    if _SAYS_NOTHING.fullmatch(value):
        raise HostError(Why.UNRECOGNISED, f"{name} was never filled in")
    return value
