"""By what may somebody work on this machine from elsewhere?

`rdp_idle_limit`: a session without input ends after this time; null is never. Hints of a second
factor prove none: that it is asked for is a matter for an attestation.
"""

from datetime import timedelta
from typing import Literal, TypeAlias

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import Version

Hint: TypeAlias = Literal["hello", "smartcard", "duo", "pam_u2f", "totp", "platform_sso"]
ToolName: TypeAlias = Literal[
    "teamviewer",
    "anydesk",
    "splashtop",
    "screenconnect",
    "logmein",
    "gotoassist",
    "rustdesk",
    "chrome_remote_desktop",
    "dwservice",
    "parsec",
    "vnc",
    "other",
]


@record
class Tool:
    """One support tool; `unattended`: it lets in without somebody at the machine."""

    name: Maybe[ToolName]
    version: Maybe[Version | None]
    running: Maybe[bool]
    unattended: Maybe[bool | None]


@record
class RemoteAccess:
    """Remote desktop, secure shell, screen sharing and support tools."""

    rdp: Maybe[bool]
    rdp_network_auth: Maybe[bool]
    rdp_idle_limit: Maybe[timedelta | None]
    ssh: Maybe[bool]
    ssh_passwords: Maybe[bool]
    ssh_root: Maybe[bool]
    vnc: Maybe[bool]
    apple_remote: Maybe[bool]
    second_factor_hints: Maybe[Items[Hint]]
    tools: Maybe[Items[Tool]]


REMOTE_ACCESS = Fact(
    "remote_access",
    RemoteAccess,
    asks="By what may somebody work on this machine from elsewhere?",
    ttl=timedelta(minutes=15),
    cost="medium",
    since="1.1",
)
