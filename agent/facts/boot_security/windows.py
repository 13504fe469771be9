r"""Does the machine start only what it trusts? The answer for Windows, as the registry has it.

Windows writes there what the firmware told it. Setup mode and the TPM are told by functions of
Windows alone. Not yet confirmed on a real Windows.
"""

from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.registry import SYSTEM, UNPROBED, opened, switch
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.boot_security import BOOT_SECURITY, BootSecurity

_FIRMWARE: dict[int | None, Literal["uefi", "bios"]] = {1: "bios", 2: "uefi"}
"""PEFirmwareType, as FIRMWARE_TYPE of winnt.h counts."""


@answers(BOOT_SECURITY, on="windows")
def windows(host: Host, _about: About) -> BootSecurity:
    """From what Windows keeps of the start."""
    firmware = part(lambda: _firmware(host))
    return BootSecurity(
        firmware=firmware,
        secure_boot=_secure_boot(host, firmware),
        setup_mode=None if firmware == "bios" else Unknown(UNPROBED),
        tpm_version=Unknown(UNPROBED),
        sip=None,
    )


def _firmware(host: Host) -> Literal["uefi", "bios"]:
    said = opened(host, rf"{SYSTEM}\Control").number("PEFirmwareType")
    if said not in _FIRMWARE:
        raise HostError(Why.UNRECOGNISED, f"firmware of type {said}")
    return _FIRMWARE[said]


def _secure_boot(host: Host, firmware: Maybe[str]) -> Maybe[bool | None]:
    """Null under BIOS, which has none; UEFI that says nothing of it is not known."""
    said = part(
        lambda: opened(host, rf"{SYSTEM}\Control\SecureBoot\State").number("UEFISecureBootEnabled")
    )
    if isinstance(said, Unknown):
        return said
    if said is None and firmware == "bios":
        return None
    return part(lambda: switch(said))
