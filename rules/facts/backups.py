"""How old is each copy of the images, and where does it lie?

A copy is declared in the settings, or found by the traces of a backup program. A snapshot on the
same disk is none. A disk that is away keeps the date at which it was last seen.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import Open

BackupProduct: TypeAlias = Literal[
    "folder",
    "windows_server_backup",
    "veeam",
    "time_machine",
    "restic",
    "borg",
    "zfs_send",
    "other",
]


@record
class Copy:
    """One copy; `shrunk`: it holds much less than it did, null before there is a history."""

    name: Maybe[Annotated[str, Open(r"[a-z0-9][a-z0-9-]{0,31}")]]
    product: Maybe[BackupProduct]
    destination: Maybe[Literal["local", "usb", "nas", "share", "cloud", "tape"]]
    last_success: Maybe[datetime | None]
    ok: Maybe[bool]
    encrypted: Maybe[bool]
    offsite: Maybe[bool]
    immutable: Maybe[bool]
    covers_images: Maybe[bool]
    covers_database: Maybe[bool]
    shrunk: Maybe[bool | None]


@record
class Backups:
    """All copies, and when somebody last brought one back."""

    copies: Maybe[Items[Copy]]
    last_restore_test: Maybe[datetime | None]


BACKUPS = Fact(
    "backups",
    Backups,
    asks="How old is each copy of the images, and where does it lie?",
    ttl=timedelta(hours=1),
    cost="medium",
    since="1.1",
)
