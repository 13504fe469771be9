"""Is each volume encrypted, with its protection on?

`locked` is ciphertext with no key loaded: it was not judged, so it is not `protected`, and a rule
must name it. Suspended, converting and unprotected stay apart, because the grace that a rule may
give differs: a firmware update suspends BitLocker for one restart.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import LOCAL, Open

Protection: TypeAlias = Literal["protected", "unprotected", "suspended", "converting", "locked"]
Mechanism: TypeAlias = Literal[
    "bitlocker",
    "filevault",
    "luks1",
    "luks2",
    "dm_plain",
    "zfs",
    "fscrypt",
    "ecryptfs",
    "fuse",
    "opal",
    "veracrypt",
    "third_party",
    "none",
]
Cipher: TypeAlias = Literal[
    "xts_aes_128",
    "xts_aes_256",
    "cbc_aes_128",
    "cbc_aes_256",
    "aes_diffuser",
    "aes_gcm",
    "hardware",
    "null_cipher",
    "other",
]
Protector: TypeAlias = Literal[
    "tpm",
    "tpm_pin",
    "startup_key",
    "recovery_password",
    "password",
    "certificate",
    "public_key",
    "sid",
    "other",
]


@record
class Volume:
    """One mounted or mountable volume; `percent` only while converting."""

    name: Maybe[
        Annotated[str, Open(r"[A-Z]:|/|(/[a-z0-9][a-z0-9._-]{0,15}){1,3}|(volume|swap)-[0-9]{1,4}")]
    ]
    mount: Maybe[Annotated[str | None, LOCAL]]
    kind: Maybe[Literal["fixed", "removable", "network", "memory"]]
    role: Maybe[Literal["system", "data", "swap", "boot", "recovery", "other"]]
    holds_imaging: Maybe[bool]
    protection: Maybe[Protection]
    mechanism: Maybe[Mechanism]
    cipher: Maybe[Cipher | None]
    percent: Maybe[int | None]
    protectors: Maybe[Items[Protector]]
    suspend_reboots: Maybe[int | None]
    state_since: Maybe[datetime | None]
    used_space_only: Maybe[bool | None]
    hardware_encryption: Maybe[bool | None]
    filesystem: Maybe[Annotated[str, Open(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,31}")]]
    size: Maybe[int]


VOLUMES = Fact(
    "volumes",
    Items[Volume],
    asks="Is each volume encrypted, with its protection on?",
    ttl=timedelta(minutes=5),
    cost="cheap",
)
