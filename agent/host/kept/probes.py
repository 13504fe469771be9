"""What may be kept of what each probe of Windows prints?

By the name of the probe: every field of its document that a collector reads, and of which kind
the texts in it are. A field that is not here is not kept.
"""

from collections.abc import Mapping

from agent.host.kept.forms import Fields
from agent.host.kept.kinds import GUID, PATH, PLAIN, VOLUME, Kind, Like
from rules.facts.base import Why

_CODES = Like("|".join(Why))


def _document(**kinds: Kind) -> Fields:
    """The fields of a probe's document, and those of the error that each may end with."""
    return Fields(error=PLAIN, code=_CODES, number=PLAIN, **kinds)


_NUMBERS = dict.fromkeys(
    (
        *("volumes", "protection", "conversion", "status", "percent", "flags", "method", "lock"),
        *("protectors", "suspend_count", "type", "partition", "attributes", "mbr", "active"),
        *("disks", "size", "bus", "letters"),
    ),
    PLAIN,
)
"""Fields of disks in which no text is foreseen."""

PROBES: Mapping[str, Fields] = {
    "bitlocker": _document(id=VOLUME, **_NUMBERS),
    "tpm": _document(version=PLAIN),
    "volumes": _document(
        id=VOLUME,
        paths=PATH,
        filesystem=Like("[A-Za-z0-9]{2,8}"),
        gpt=GUID,
        mark=Like("[0-9a-f]{16}"),
        letter=Like("[A-Z]:"),
        target=PATH,
        **_NUMBERS,
    ),
}
