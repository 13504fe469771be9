"""What did the probe `sessions` print: who is signed in, and in which local groups?"""

from dataclasses import dataclass

from agent.readers.probes.document import Document
from agent.readers.probes.sids import sid, sids
from rules.facts.base import Maybe


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in; `groups` are the local ones of his token."""

    sid: Maybe[str]
    groups: Maybe[tuple[str, ...]]


def read(document: Document) -> tuple[Session, ...]:
    """From the document of the probe; ParseError."""
    found = document.records("sessions")
    return tuple(Session(one.leaf("sid", sid), one.leaf("groups", sids)) for one in found)
