r"""Which machine is this? The answer for Windows, as far as the registry knows it.

`ProductName` calls Windows 11 by the name of 10: the number of the build decides. The serial
number, and since when it runs, only functions of Windows tell. Not yet confirmed on a real
Windows.
"""

import re
from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.membership import joined
from agent.host.registry import SYSTEM, UNPROBED, WINDOWS, build, opened
from agent.readers.errors import ParseError
from rules.facts.base import Unknown, Why
from rules.facts.host import HOST, Role
from rules.facts.host import Host as Machine
from rules.facts.types import Version

_NAME = rf"{SYSTEM}\Control\ComputerName\ActiveComputerName"
_ENVIRONMENT = rf"{SYSTEM}\Control\Session Manager\Environment"
_FIRMWARE = r"HKLM\HARDWARE\DESCRIPTION\System\BIOS"
_CASE = r"HKLM\SYSTEM\HardwareConfig\Current"
_ARCHITECTURES: dict[str, Literal["x86_64", "arm64", "x86"]] = {
    "amd64": "x86_64",
    "arm64": "arm64",
    "x86": "x86",
}
_SERVERS = {14393: "2016", 17763: "2019", 20348: "2022", 26100: "2025"}
_ELEVEN = 22000
_PORTABLE = frozenset({8, 9, 10, 11, 14, 30, 31, 32})
"""Chassis that are carried about: laptops, tablets, convertibles (SMBIOS 3.7, table 17)."""

_VIRTUAL = re.compile(
    r"vmware|virtualbox|innotek|qemu|xen|kvm|parallels|virtual machine|bochs", re.IGNORECASE
)


@answers(HOST, on="windows", confidence="derived")
def windows(host: Host, about: About) -> Machine:
    """From what Windows and the firmware say of themselves."""
    return Machine(
        name=part(lambda: _said(host, _NAME, "ComputerName")),
        os="windows",
        distribution=part(lambda: _distribution(host)),
        os_version=part(lambda: _version(host)),
        edition=part(lambda: opened(host, WINDOWS).text("EditionID")),
        arch=part(lambda: _architecture(host)),
        role=about.settings.role if about.settings.role else part(lambda: _role(host)),
        portable=part(lambda: _portable(host)),
        virtual=part(lambda: _virtual(host)),
        joined=part(lambda: joined(host)),
        boot_time=Unknown(UNPROBED),
        vendor=part(lambda: _said(host, _FIRMWARE, "SystemManufacturer")),
        model=part(lambda: _said(host, _FIRMWARE, "SystemProductName")),
        serial=Unknown(UNPROBED),
    )


def _said(host: Host, key: str, name: str) -> str:
    """A text that must be there, and say something."""
    said = (opened(host, key).text(name) or "").strip()
    if not said:
        raise HostError(Why.UNRECOGNISED, f"{key} does not say {name}")
    return said


def _distribution(host: Host) -> str:
    number = build(host)
    if not _is_server(host):
        return "Windows 11" if number >= _ELEVEN else "Windows 10"
    if number not in _SERVERS:
        raise HostError(Why.UNRECOGNISED, f"a server of build {number}")
    return f"Windows Server {_SERVERS[number]}"


def _version(host: Host) -> Version:
    """10.0.26100.2314: what winver shows is its end."""
    key = opened(host, WINDOWS)
    major, minor = key.number("CurrentMajorVersionNumber"), key.number("CurrentMinorVersionNumber")
    revision = key.number("UBR")
    if major is None or minor is None or revision is None:
        raise ParseError("a version of which a part is missing")
    return Version((major, minor, build(host), revision))


def _architecture(host: Host) -> Literal["x86_64", "arm64", "x86", "other"]:
    said = _said(host, _ENVIRONMENT, "PROCESSOR_ARCHITECTURE")
    return _ARCHITECTURES.get(said.lower(), "other")


def _is_server(host: Host) -> bool:
    kind = _said(host, WINDOWS, "InstallationType")
    if kind not in ("Client", "Server", "Server Core"):
        raise HostError(Why.UNRECOGNISED, f"an installation of type {kind[:20]!r}")
    return kind != "Client"


def _role(host: Host) -> Role:
    """Where nobody has said."""
    return "server" if _is_server(host) else "workstation"


def _portable(host: Host) -> bool:
    case = opened(host, _CASE).number("EnclosureType")
    if case is None:
        raise HostError(UNPROBED, "the kind of its case is not known")
    return case in _PORTABLE


def _virtual(host: Host) -> Literal["none", "vm"]:
    """By what the firmware calls itself: a hypervisor also runs below an ordinary Windows."""
    names = (_said(host, _FIRMWARE, name) for name in ("SystemManufacturer", "SystemProductName"))
    return "vm" if any(_VIRTUAL.search(name) for name in names) else "none"
