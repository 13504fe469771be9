"""How does a volume stand, by what the methods of BitLocker say of it?

- What the method says of the protection counts only beside the conversion: a volume that is
  decrypted is unprotected whatever else is said of it (a property of it was seen to lie).
- Suspended, converting, locked and unprotected are told apart. Suspended is also what Windows
  Home calls waiting for activation: encrypted, with the key in clear on the disk.
- What is encrypted has a cipher: without one it is a contradiction, and unknown.

https://learn.microsoft.com/windows/win32/secprov/win32-encryptablevolume
"""

from agent.readers.probes.bitlocker import Conversion, Encryptable
from agent.storage.standing import PLAIN, Standing, unread
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.volumes import Cipher, Protection, Protector

_DECRYPTED, _ENCRYPTED = 0, 1
_ON_THE_WAY = frozenset({2, 3, 4, 5})
"""ConversionStatus."""

_SUSPENDED, _PROTECTED, _NOT_TOLD = 0, 1, 2
"""ProtectionStatus; it is not told of a volume that is locked."""

_LOCKED = 1
"""LockStatus."""

_CIPHERS: dict[int, Cipher] = {
    1: "aes_diffuser",
    2: "aes_diffuser",
    3: "cbc_aes_128",
    4: "cbc_aes_256",
    5: "hardware",
    6: "xts_aes_128",
    7: "xts_aes_256",
}
"""EncryptionMethod; 0 is none, 0xFFFFFFFF one that BitLocker does not know."""

_PROTECTORS: dict[int, Protector] = {
    1: "tpm",
    2: "startup_key",
    3: "recovery_password",
    4: "tpm_pin",
    5: "startup_key",
    6: "tpm_pin",
    7: "public_key",
    8: "password",
    9: "certificate",
    10: "sid",
}
"""KeyProtectorType; 5 and 6 are a TPM with a startup key, and with a PIN besides."""

_USED_SPACE_ONLY = 1
"""EncryptionFlags, bit 0."""


def standing(volume: Encryptable) -> Standing:
    """Protection, cipher, and how far a conversion has come."""
    state = protection(volume)
    if isinstance(state, Unknown):
        return unread(state.why)
    if state == "unprotected":
        return PLAIN
    return Standing(state, "bitlocker", _cipher(volume), _percent(volume, state))


def protection(volume: Encryptable) -> Maybe[Protection]:
    """The table: what is locked is not judged, else the conversion decides."""
    if _is_locked(volume):
        return "locked"
    if isinstance(volume.conversion, Unknown):
        return volume.conversion
    status = volume.conversion.status
    if status in _ON_THE_WAY:
        return "converting"
    if status == _DECRYPTED:
        return "unprotected"
    return _encrypted(volume.protection) if status == _ENCRYPTED else Unknown(Why.UNRECOGNISED)


def protectors(volume: Encryptable) -> Items[Protector]:
    """The ways in, each once; one of a later Windows is `other`."""
    if isinstance(volume.protectors, Unknown):
        return Items((), volume.protectors.why)
    return Items(tuple(dict.fromkeys(_PROTECTORS.get(n, "other") for n in volume.protectors)))


def suspend_reboots(volume: Encryptable) -> Maybe[int | None]:
    """Restarts until protection resumes, 0: until someone resumes it; null: not suspended."""
    state = protection(volume)
    if isinstance(state, Unknown):
        return state
    return volume.suspend_count if state == "suspended" else None


def used_space_only(volume: Encryptable) -> Maybe[bool | None]:
    """Was only what was in use encrypted? Null where nothing is."""
    if isinstance(volume.conversion, Unknown):
        return volume.conversion
    if volume.conversion.status == _DECRYPTED:
        return None
    return bool(volume.conversion.flags & _USED_SPACE_ONLY)


def _is_locked(volume: Encryptable) -> bool:
    refused = Unknown(Why.LOCKED)
    said = volume.lock == _LOCKED or volume.protection == _NOT_TOLD
    return said or refused in (volume.protection, volume.conversion)


def _encrypted(said: Maybe[int]) -> Maybe[Protection]:
    if isinstance(said, Unknown):
        return said
    if said == _PROTECTED:
        return "protected"
    return "suspended" if said == _SUSPENDED else Unknown(Why.UNRECOGNISED)


def _cipher(volume: Encryptable) -> Maybe[Cipher | None]:
    if isinstance(volume.method, Unknown):
        return volume.method
    if volume.method == 0:
        return Unknown(Why.CONFLICT)
    return _CIPHERS.get(volume.method, Unknown(Why.UNRECOGNISED))


def _percent(volume: Encryptable, state: Protection) -> Maybe[int | None]:
    if state != "converting" or not isinstance(volume.conversion, Conversion):
        return None
    return volume.conversion.percent
