r"""What does BitLocker say of each volume? By methods alone: properties are cached, and lie.

`ROOT\CIMV2\Security\MicrosoftVolumeEncryption:Win32_EncryptableVolume`. Never a method that gives
a key or a password. https://learn.microsoft.com/windows/win32/secprov/win32-encryptablevolume
"""

import sys
from collections.abc import Iterable

from agent.probes.calls.leaves import leaf
from agent.probes.calls.wmi import Thing, answered, told
from rules.facts.form import Json


def described(things: Iterable[Thing]) -> Json:
    """Each volume by its GUID path, with what its methods give."""
    return {"volumes": [_volume(thing) for thing in things]}


def _volume(thing: Thing) -> Json:
    return {
        "id": thing.value("DeviceID"),
        "protection": told(thing, "GetProtectionStatus", "ProtectionStatus"),
        "conversion": leaf(lambda: _conversion(thing)),
        "method": told(thing, "GetEncryptionMethod", "EncryptionMethod"),
        "lock": told(thing, "GetLockStatus", "LockStatus"),
        "protectors": leaf(lambda: _protectors(thing)),
        "suspend_count": told(thing, "GetSuspendCount", "SuspendCount"),
    }


def _conversion(thing: Thing) -> Json:
    answer = answered(thing, "GetConversionStatus")
    return {
        "status": answer["ConversionStatus"],
        "percent": answer["EncryptionPercentage"],
        "flags": answer["EncryptionFlags"],
    }


def _protectors(thing: Thing) -> Json:
    """The kinds of ways in, never what opens them."""
    found = answered(thing, "GetKeyProtectors")["VolumeKeyProtectorID"] or []
    return [
        answered(thing, "GetKeyProtectorType", VolumeKeyProtectorID=one)["KeyProtectorType"]
        for one in found
    ]


if sys.platform == "win32":
    from agent.probes.calls.wmi import instances

    def ask() -> Json:
        """All volumes that BitLocker knows."""
        namespace = r"root\CIMV2\Security\MicrosoftVolumeEncryption"
        return described(instances(namespace, "Win32_EncryptableVolume"))
