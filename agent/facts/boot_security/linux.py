"""Does the machine start only what it trusts? The answer for Linux.

Firmware shows its variables as files: four bytes of attributes, then the value (UEFI 2.10,
section 3.3; efivarfs). A kernel without TPM in /sys sees none.
"""

from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError, is_there, list_if_there, read_if_there
from agent.host.container import in_container
from agent.readers import text
from agent.readers.errors import ParseError
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.boot_security import BOOT_SECURITY, BootSecurity
from rules.facts.types import Version

_EFI = "/sys/firmware/efi"
_GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
"""EFI_GLOBAL_VARIABLE, the owner of SecureBoot and SetupMode."""

_TPM = "/sys/class/tpm"


@answers(BOOT_SECURITY, on="linux")
def linux(host: Host, _about: About) -> BootSecurity | Unknown:
    """From /sys/firmware and /sys/class/tpm; a container cannot see its machine's firmware."""
    if in_container(host):
        return Unknown(Why.CONTAINER)
    firmware = part(lambda: _firmware(host))
    return BootSecurity(
        firmware=firmware,
        secure_boot=_switch(host, firmware, "SecureBoot"),
        setup_mode=_switch(host, firmware, "SetupMode"),
        tpm_version=part(lambda: _tpm(host)),
        sip=None,
    )


def _firmware(host: Host) -> Literal["uefi", "bios"]:
    if is_there(host, _EFI):
        return "uefi"
    if list_if_there(host, "/proc/device-tree"):
        raise HostError(Why.UNRECOGNISED, "it starts from a device tree, neither UEFI nor BIOS")
    return "bios"


def _switch(host: Host, firmware: Maybe[str], name: str) -> Maybe[bool | None]:
    """A variable of one byte that is 0 or 1; null under BIOS, which has none."""
    if firmware == "uefi":
        return part(lambda: _variable(host, name))
    return firmware if isinstance(firmware, Unknown) else None


def _variable(host: Host, name: str) -> bool | None:
    if not list_if_there(host, f"{_EFI}/efivars"):
        raise HostError(Why.TOOL_MISSING, "the firmware's variables are not mounted")
    said = read_if_there(host, f"{_EFI}/efivars/{name}-{_GLOBAL}")
    if said is None:
        return None  # UEFI without Secure Boot has no such variable
    if len(said) != 5 or said[4] not in (0, 1):
        raise ParseError(f"{name} is not one byte of 0 or 1")
    return said[4] == 1


def _tpm(host: Host) -> Version | None:
    names = [entry.name for entry in list_if_there(host, _TPM)]
    if not names:
        return None
    major = text.number(host.read(f"{_TPM}/{min(names)}/tpm_version_major"))
    if major == 1:
        return Version((1, 2))
    return Version((major, 0))
