"""What may be kept of what each probe of Windows prints?

By the name of the probe: every field of its document that a collector reads, and of which kind
the texts in it are. A field that is not here is not kept.
"""

from collections.abc import Mapping

from agent.host.kept.forms import Fields
from agent.host.kept.kinds import PLAIN, Kind, Like
from rules.facts.base import Why

_CODES = Like("|".join(Why))


def _document(**kinds: Kind) -> Fields:
    """The fields of a probe's document, and those of the error that each may end with."""
    return Fields(error=PLAIN, code=_CODES, number=PLAIN, **kinds)


PROBES: Mapping[str, Fields] = {
    "tpm": _document(version=PLAIN),
}
