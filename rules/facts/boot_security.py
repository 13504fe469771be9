"""Does the machine start only what it trusts?

Null where the machine has no such thing: `secure_boot` under BIOS, `sip` on other systems than
macOS, `tpm_version` without a TPM.
"""

from datetime import timedelta
from typing import Literal

from rules.facts.base import Fact, Maybe
from rules.facts.record import record
from rules.facts.types import Version


@record
class BootSecurity:
    """Firmware and what it checks; in setup mode anybody may add keys."""

    firmware: Maybe[Literal["uefi", "bios", "apple"]]
    secure_boot: Maybe[bool | None]
    setup_mode: Maybe[bool | None]
    tpm_version: Maybe[Version | None]
    sip: Maybe[bool | None]


BOOT_SECURITY = Fact(
    "boot_security",
    BootSecurity,
    asks="Does the machine start only what it trusts?",
    ttl=timedelta(hours=24),
    cost="cheap",
    since="1.1",
)
