r"""Does the machine start only what it trusts? The answer for Windows, as it was told.

Windows writes into its registry what the firmware told it; setup mode and the TPM are told by
probes. Not yet confirmed on a real Windows.
"""

from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.host.registry import SYSTEM, opened, switch
from agent.readers.probes.document import Document
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.boot_security import BOOT_SECURITY, BootSecurity
from rules.facts.types import Version

_FIRMWARE: dict[int | None, Literal["uefi", "bios"]] = {1: "bios", 2: "uefi"}
"""PEFirmwareType, as FIRMWARE_TYPE of winnt.h counts."""

_TPM = {1: Version((1, 2)), 2: Version((2, 0))}
"""TPM_VERSION_12 and TPM_VERSION_20 (tbs.h)."""


@answers(BOOT_SECURITY, on="windows", pace="medium")
def windows(host: Host, _about: About) -> BootSecurity:
    """From what Windows keeps of the start, and the TPM Base Services."""
    firmware = part(lambda: _firmware(host))
    return BootSecurity(
        firmware=firmware,
        secure_boot=_secure_boot(host, firmware),
        setup_mode=None if firmware == "bios" else part(lambda: _setup_mode(host)),
        tpm_version=part(lambda: _tpm(host)),
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


def _setup_mode(host: Host) -> bool:
    return switch(probed(host, "firmware").number("setup_mode"))


def _tpm(host: Host) -> Version | None:
    """Null if there is proven to be none."""
    said = probed(host, "tpm").optional("version", Document.number)
    if said is not None and said not in _TPM:
        raise HostError(Why.UNRECOGNISED, f"a TPM of version {said}")
    return None if said is None else _TPM[said]
