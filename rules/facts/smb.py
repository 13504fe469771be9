"""Does the machine speak SMB, and how old and how open a kind of it?"""

from datetime import timedelta

from rules.facts.base import Fact, Maybe
from rules.facts.record import record


@record
class Smb:
    """The machine as server and as client of Windows file sharing."""

    server: Maybe[bool]
    smb1_server: Maybe[bool]
    smb1_client: Maybe[bool]
    signing_required: Maybe[bool]
    encryption_required: Maybe[bool]
    guest: Maybe[bool]


SMB = Fact(
    "smb",
    Smb,
    asks="Does the machine speak SMB, and how old and how open a kind of it?",
    ttl=timedelta(hours=1),
    cost="medium",
    since="1.1",
)
