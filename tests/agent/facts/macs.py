"""Two Macs of Bright Smiles as trees: on FRONT-MAC all is well, on SCAN-MAC nothing is.

They were made by hand from Apple's documentation: nothing here was taken from a real Mac.
"""

import plistlib
from datetime import datetime
from typing import Any

from agent.host.programs import MAC_NAMES
from agent.host.tree import TreeHost

SYSCTL = " ".join(("sysctl", "-i", *MAC_NAMES))
ENROLMENT = "profiles status -type enrollment"
HARDWARE = "system_profiler -json SPHardwareDataType"
FIREWALL = "system_profiler -json SPFirewallDataType"
VERSION = "/System/Library/CoreServices/SystemVersion.plist"
NETWORK = "/Library/Preferences/SystemConfiguration/preferences.plist"

KERNEL = (
    "hw.machine: arm64\nhw.optional.arm64: 1\n"
    "kern.boottime: { sec = 1763800000, usec = 123456 } Sat Nov 22 08:26:40 2025\n"
    "kern.hv_vmm_present: 0\n"
)
MANAGED = "Enrolled via DEP: Yes\nMDM enrollment: Yes (User Approved)\n"
UNMANAGED = "Enrolled via DEP: No\nMDM enrollment: No\n"
SIP = "System Integrity Protection status: enabled.\n"
CUSTOM_SIP = (
    "System Integrity Protection status: unknown (Custom Configuration).\n\n"
    "Configuration:\n\tApple Internal: disabled\n\tKext Signing: disabled\n"
)


def plist(values: dict[str, Any], *, binary: bool = True) -> bytes:
    """A property list, binary as macOS itself writes them."""
    form = plistlib.FMT_BINARY if binary else plistlib.FMT_XML
    return plistlib.dumps(values, fmt=form)


def utc(text: str) -> datetime:
    """A time as property lists hold it: UTC that does not say so."""
    return datetime.fromisoformat(text)


def system_version(version: str) -> bytes:
    return plist({"ProductName": "macOS", "ProductVersion": version}, binary=False)


def hardware(name: str, model: str) -> str:
    return (
        f'{{"SPHardwareDataType": [{{"_name": "hardware_overview", "machine_name": "{name}",'
        f' "machine_model": "{model}", "serial_number": "C02XK0ABCDEF"}}]}}'
    )


def firewall(state: str) -> str:
    return (
        '{"SPFirewallDataType": [{"_name": "spfirewall_settings", "spfirewall_globalstate":'
        f' "spfirewall_globalstate_{state}", "spfirewall_stealthenabled": "No"}}]}}'
    )


def files() -> dict[str, Any]:
    """What both have."""
    names = {"System": {"Network": {"HostNames": {"LocalHostName": "FRONT-MAC"}}}}
    return {
        VERSION: system_version("15.7"),
        NETWORK: plist(names),
        "/Library/Preferences/OpenDirectory": {"folder": True},
    }


def programs() -> dict[str, Any]:
    """What both have."""
    return {SYSCTL: KERNEL}


def mac(more: dict[str, Any], run: dict[str, Any]) -> TreeHost:
    return TreeHost(files() | more, programs() | run, os="macos")


def front_mac(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> TreeHost:
    """Managed, encrypted, its screens lock; `files` and `run` change what it says."""
    said = {
        ENROLMENT: MANAGED,
        HARDWARE: hardware("iMac", "Mac15,5"),
        FIREWALL: firewall("limit_connections"),
        "csrutil status": SIP,
    }
    return mac(files or {}, said | (run or {}))


def scan_mac(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> TreeHost:
    """Nobody's: open, plain, and everything asked for is off."""
    said = {
        ENROLMENT: UNMANAGED,
        HARDWARE: hardware("MacBook Air", "Mac14,2"),
        FIREWALL: firewall("allow_all"),
        "csrutil status": CUSTOM_SIP,
    }
    return mac(files or {}, said | (run or {}))
