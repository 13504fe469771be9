"""What does it say of a machine that it was heard?

Pure: the row of a machine before and after a sync that was accepted. The nonce is used up, the
time of contact moves, and with it the time by which it must be heard again.

- Two boots that take turns for 24 hours are two machines with one identity: each turn means that
  one of them had missed the nonce that the other used up. A boot value that was given up and comes
  back once is the memory of a virtual machine that was restored, and no clone.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from controller.fleet.silence import Opening, due_by
from controller.intake.statements import MachineRow, Place
from controller.ledger.sql import instant, moment

ALTERNATION = timedelta(hours=24)
TURNS = 3
"""So often a boot that was given up must have come back."""


def heard(row: MachineRow, place: Place, boot: str, nonce: str, at: datetime) -> MachineRow:
    """The row after a sync at this time, by this boot, that used the nonce."""
    hours = opening(place.time_zone, place.hours, place.closures)
    after = replace(
        row,
        nonce=nonce,
        seen_at=moment(at),
        due_by=moment(due_by(at, place.presence, hours)),
    )
    return after if row.boot == boot else _started(after, boot, at)


def _started(row: MachineRow, boot: str, at: datetime) -> MachineRow:
    if boot != row.other_boot or row.other_boot_at is None:
        return replace(row, boot=boot, other_boot=row.boot, other_boot_at=moment(at), turns=0)
    row = replace(row, boot=boot, other_boot=row.boot, turns=row.turns + 1)
    took_turns = row.turns >= TURNS and at - instant(row.other_boot_at or "") >= ALTERNATION
    if row.clone_suspected_at or not took_turns:
        return row
    state = "quarantined" if row.state == "active" else row.state
    return replace(row, clone_suspected_at=moment(at), state=state)


@lru_cache(maxsize=1024)
def opening(zone: str, hours: str, closures: str) -> Opening:
    """When a clinic is open, from its columns."""
    return Opening(zone, json.loads(hours), json.loads(closures))
