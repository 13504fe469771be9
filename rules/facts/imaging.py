"""What lies in the imaging folders, and may anybody read it?

The record of a finding is all that is ever said of a file outside its machine: a random id, the
label of its folder, and closed words. No path, name, size, date or hash has a field to stand in.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import LOCAL, Open
from rules.facts.volumes import Protection

LABEL = r"[a-z][a-z0-9-]{0,31}"
FINDING_ID = r"[0-9a-f]{32}"

RootRole: TypeAlias = Literal["store", "export", "backup", "outbox"]
FileVerdict: TypeAlias = Literal[
    "plaintext",
    "encrypted",
    "weak_encrypted",
    "encrypted_no_secret",
    "partly_encrypted",
    "unknown",
    "not_content",
]
ExposedVerdict: TypeAlias = Literal[
    "plaintext", "weak_encrypted", "encrypted_no_secret", "partly_encrypted", "unknown"
]
FileKind: TypeAlias = Literal[
    "dicom",
    "dicomdir",
    "image",
    "mesh",
    "pdf",
    "office",
    "text",
    "mail",
    "database",
    "archive",
    "disk_image",
    "video",
    "bridge",
    "ciphertext",
    "key",
    "other",
]
FileReason: TypeAlias = Literal[
    "content",
    "signed_only",
    "names_only",
    "vendor_key",
    "null_cipher",
    "cipher",
    "public_key",
    "context",
    "stated",
    "zipcrypto",
    "rc4",
    "des",
    "rc2",
    "xor",
    "block64",
    "old_rar",
    "no_integrity",
    "empty_user_password",
    "empty_owner_password",
    "default_password",
    "members",
    "streams",
    "opaque",
    "proprietary",
    "too_short",
    "all_zero",
    "partial",
    "damaged",
    "contradiction",
    "limit",
    "handler",
    "multi_volume",
    "locked",
    "denied",
    "placeholder",
    "error",
    "empty",
    "key",
    "secret_key",
    "signature",
    "certificate",
    "control_file",
    "program",
]


@record
class Counts:
    """How many files of a root have each verdict."""

    plaintext: Maybe[int]
    encrypted: Maybe[int]
    weak_encrypted: Maybe[int]
    encrypted_no_secret: Maybe[int]
    partly_encrypted: Maybe[int]
    unknown: Maybe[int]
    not_content: Maybe[int]


@record
class Root:
    """One imaging folder of the settings.

    `exposed` above 0 is proof. 0 is only said when every file has been judged and none is
    unproven; else it is unknown.
    """

    label: Maybe[Annotated[str, Open(LABEL)]]
    role: Maybe[RootRole]
    path: Maybe[Annotated[str, LOCAL]]
    present: Maybe[bool]
    watched: Maybe[bool]
    complete: Maybe[bool]
    as_of: Maybe[datetime | None]
    owner: Maybe[Literal["here", "other_host", "unowned"]]
    served_by: Maybe[Annotated[str | None, Open(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")]]
    protection: Maybe[Protection | None]
    protection_since: Maybe[datetime | None]
    cloud_sync: Maybe[Literal["none", "onedrive", "dropbox", "google", "icloud", "other"]]
    placeholders: Maybe[int]
    files: Maybe[int]
    counts: Maybe[Counts]
    exposed: Maybe[int]
    unproven: Maybe[int]
    excluded: Maybe[int]
    unreadable: Maybe[int]
    must_be_deidentified: Maybe[bool]
    identified: Maybe[int]
    secrets: Maybe[int]
    names_exposed: Maybe[int]
    past_retention: Maybe[int | None]
    silently_changed: Maybe[int | None]


@record
class Finding:
    """One file that is readable, or cannot be shown not to be, where it lies."""

    id: Maybe[Annotated[str, Open(FINDING_ID)]]
    root: Maybe[Annotated[str, Open(LABEL)]]
    role: Maybe[RootRole]
    verdict: Maybe[ExposedVerdict]
    kind: Maybe[FileKind]
    reason: Maybe[FileReason]
    volume: Maybe[
        Literal["protected", "unprotected", "suspended", "converting", "locked", "unknown"]
    ]
    reach: Maybe[Literal["local", "removable", "share", "cloud_sync"]]
    state: Maybe[Literal["open", "fixed", "gone"]]


@record
class Coverage:
    """Since when every file of every root has been judged from its present bytes."""

    complete: Maybe[bool]
    as_of: Maybe[datetime | None]
    overflowed: Maybe[bool]


@record
class MassChange:
    """Have many known files turned opaque, or vanished, at once?"""

    state: Maybe[Literal["none", "suspected"]]
    since: Maybe[datetime | None]
    files: Maybe[Literal["under_100", "under_1000", "more"]]
    note: Maybe[bool]
    expected: Maybe[bool]


@record
class Imaging:
    """The imaging folders of this machine."""

    roots: Maybe[Items[Root]]
    exposed: Maybe[Items[Finding]]
    coverage: Maybe[Coverage]
    mass_change: Maybe[MassChange]


IMAGING = Fact(
    "imaging",
    Imaging,
    asks="What lies in the imaging folders, and may anybody read it?",
    ttl=timedelta(minutes=5),
    cost="cheap",
)
