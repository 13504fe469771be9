"""Does the machine start only what it trusts? The answer for macOS.

Every Mac starts from Apple's firmware, has no TPM, and no setup mode of UEFI. Its policy of secure
start is not read yet, so `secure_boot` is not known. System Integrity Protection is on only if it
is wholly so: a configuration of one's own leaves parts of it off.
"""

from agent.facts.base import About, answers, part
from agent.host.base import Host, output
from agent.host.programs import Program
from agent.readers import macstatus
from rules.facts.base import Unknown, Why
from rules.facts.boot_security import BOOT_SECURITY, BootSecurity


@answers(BOOT_SECURITY, on="macos", pace="medium")
def macos(host: Host, _about: About) -> BootSecurity:
    """From `csrutil status`."""
    return BootSecurity(
        firmware="apple",
        secure_boot=Unknown(Why.NOT_COLLECTED),
        setup_mode=None,
        tpm_version=None,
        sip=part(lambda: macstatus.integrity(output(host, Program.CSRUTIL, "status"))),
    )
