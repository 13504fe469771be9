"""What did the probe `bitlocker` print of each volume?"""

from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.probes.document import Document
from rules.facts.base import Maybe


@dataclass(frozen=True, slots=True)
class Conversion:
    """GetConversionStatus: its numbers, and `percent` from 0 to 100, rounded."""

    status: int
    percent: int
    flags: int


@dataclass(frozen=True, slots=True)
class Encryptable:
    """Win32_EncryptableVolume, by the numbers that its methods give."""

    id: str
    protection: Maybe[int]
    conversion: Maybe[Conversion]
    method: Maybe[int]
    lock: Maybe[int]
    protectors: Maybe[tuple[int, ...]]
    suspend_count: Maybe[int]


def read(said: Document) -> dict[str, Encryptable]:
    """The volumes by their GUID paths in small letters; ParseError."""
    found = [_volume(one) for one in said.records("volumes")]
    by_id = {one.id: one for one in found}
    if len(by_id) != len(found):
        raise ParseError("a volume that BitLocker names twice")
    return by_id


def _volume(said: Document) -> Encryptable:
    return Encryptable(
        id=said.text("id").lower(),
        protection=said.leaf("protection", Document.number),
        conversion=said.leaf("conversion", _conversion),
        method=said.leaf("method", Document.number),
        lock=said.leaf("lock", Document.number),
        protectors=said.leaf("protectors", Document.numbers),
        suspend_count=said.leaf("suspend_count", Document.number),
    )


def _conversion(said: Document, name: str) -> Conversion:
    inside = said.record(name)
    return Conversion(
        inside.number("status"), inside.number("percent", 100), inside.number("flags")
    )
