"""What did the probe `defender` print of Microsoft Defender?"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document
from rules.facts.base import Maybe

_CIM = re.compile(r"([0-9]{14})\.[0-9]{6}([+-][0-9]{3})")
"""A time of CIM ([MS-WMIO], 2.2.1): to the microsecond, and the minutes that it is ahead of UTC."""


@dataclass(frozen=True, slots=True)
class Status:
    """MSFT_MpComputerStatus; `signatures` null: none were ever fetched."""

    mode: Maybe[str]
    service: Maybe[bool]
    enabled: Maybe[bool]
    realtime: Maybe[bool]
    signatures: Maybe[datetime | None]
    tamper_protection: Maybe[bool]


def read(document: Document) -> Status | None:
    """From the document of the probe; None: it is not installed. ParseError."""
    if document.optional("status", Document.record) is None:
        return None
    said = document.record("status")
    return Status(
        mode=said.leaf("mode", Document.text),
        service=said.leaf("service", Document.flag),
        enabled=said.leaf("enabled", Document.flag),
        realtime=said.leaf("realtime", Document.flag),
        signatures=said.leaf("signatures", _moment),
        tamper_protection=said.leaf("tamper_protection", Document.flag),
    )


def _moment(document: Document, name: str) -> datetime | None:
    text = document.optional(name, Document.text)
    if text is None:
        return None
    said = _CIM.fullmatch(text)
    if said is None:
        raise ParseError(f"{name} is no time of CIM")
    try:
        at = datetime.strptime(said[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return at - timedelta(minutes=int(said[2]))
    except (ValueError, OverflowError) as error:
        raise ParseError(f"{name} is no time") from error
