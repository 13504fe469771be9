"""What did the probe `backups` print: when did backup programs end well, and when not?"""

from dataclasses import dataclass
from datetime import datetime

from agent.readers.probes.document import Document
from rules.facts.base import Maybe

PROGRAMS = ("windows_server_backup", "veeam_agent", "veeam_replication")


@dataclass(frozen=True, slots=True)
class Runs:
    """When a program last said that it was done, and that it was not; None: it never did."""

    succeeded: Maybe[datetime | None]
    failed: Maybe[datetime | None]


def read(document: Document) -> dict[str, Runs]:
    """Each program's, from the document of the probe; ParseError."""
    return {name: _runs(document.record(name)) for name in PROGRAMS}


def _runs(one: Document) -> Runs:
    return Runs(one.leaf("succeeded", Document.filetime), one.leaf("failed", Document.filetime))
