"""Is it the number of an account or a group (a SID, [MS-DTYP] 2.4.2.1)?"""

import re

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document

_SID = re.compile(r"S-1(-[0-9]{1,15}){1,16}")


def sid(document: Document, name: str) -> str:
    """A SID as text; ParseError if it is none."""
    said = document.text(name)
    if not _SID.fullmatch(said):
        raise ParseError(f"{name} is no SID")
    return said


def sids(document: Document, name: str) -> tuple[str, ...]:
    """A list of SIDs."""
    said = document.texts(name)
    if not all(map(_SID.fullmatch, said)):
        raise ParseError(f"{name} holds what is no SID")
    return said
