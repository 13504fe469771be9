"""What does somebody keep of a log, so that nobody can rewrite it unseen?

The newest checkpoint: its note, to be mailed or saved, and a sheet of paper that says the same
with a code short enough to be read aloud. `dentinel verify --checkpoint FILE` takes the note.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from controller.exports.stretch import Stretch
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence import checkpoint
from rules.counted import counted

_GROUPS, _GROUP = 4, 4


@dataclass(frozen=True, slots=True)
class Newest:
    """A checkpoint of a clinic's log, and when it was signed."""

    clinic: str
    note: str
    at: datetime

    @property
    def code(self) -> str:
        """80 bits of the hash over what was signed, in four groups: the same log, the same code."""
        signed = checkpoint.parse(self.note).text
        letters = base64.b32encode(hashlib.sha256(signed.encode()).digest()).decode()
        at = range(0, _GROUPS * _GROUP, _GROUP)
        return " ".join(letters[begin : begin + _GROUP] for begin in at)

    @property
    def sheet(self) -> str:
        """One page of text for the safe."""
        held = checkpoint.parse(self.note)
        return _SHEET.format(
            clinic=self.clinic,
            at=f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            entries=counted(held.size, "entry", "entries"),
            code=self.code,
            note="\n".join(f"    {line}" for line in self.note.split("\n")[:-1]),
        )


def newest(place: Place, clinic: UUID) -> Newest:
    """The newest checkpoint of a clinic's log; it is kept for ever from now on."""
    *_, own = Stretch.all_of(place.clinic(clinic), clinic)
    row = own.checkpoints().get(size=own.end)
    own.checkpoints().filter(size=own.end).update(keep=True)
    name = Clinic.objects.at(place).values_list("name", flat=True).get(id=clinic)
    return Newest(name, row.note, row.at)


_SHEET = """\
DENTINEL: CHECKPOINT OF A LOG

{clinic}, signed {at}
{entries}

Reading code    {code}

Keep this sheet where the server cannot reach it. Whoever reads the code to you later, for the
same number of entries, has the same log. To check an evidence bundle against it, type or scan the
lines below into a file, each from its first character, and run

    dentinel verify BUNDLE --policy FILE --checkpoint THIS_FILE

{note}
"""
