"""Time Machine: where does it copy to, and when did it? (com.apple.TimeMachine.plist, tmutil(8))"""

from dataclasses import dataclass
from datetime import UTC, datetime

from agent.readers import plist
from agent.readers.errors import ParseError
from agent.readers.plist import Values

_ENCRYPTED = {"Encrypted": True, "FileVault": True, "NotEncrypted": False}
_VOLUMES = "DestinationUUIDs"
_MOST = 100


@dataclass(frozen=True, slots=True)
class Destination:
    """One disk or share, and when copies to it were finished; `ok`, `encrypted`: None: unsaid.

    `volumes` are the numbers (UUID) of the volumes that it has been.
    """

    id: str
    volumes: tuple[str, ...]
    is_remote: bool
    finished_at: tuple[datetime, ...]
    ok: bool | None
    encrypted: bool | None


def destinations(data: bytes) -> tuple[Destination, ...]:
    """All that Time Machine was given."""
    said = plist.parse(data)
    if "Destinations" not in said:
        return ()
    records = plist.records(said, "Destinations")
    if len(records) > _MOST:
        raise ParseError("more destinations than anybody has")
    return tuple(map(_destination, records))


def is_excluded(data: bytes) -> bool:
    """`tmutil isexcluded -X PATH`: is it left out? Of one path asked, one answer."""
    answers = plist.parse_list(data)
    if len(answers) != 1 or not isinstance(answers[0], dict):
        raise ParseError("not one answer")
    found = plist.flag(answers[0], "IsExcluded")
    if found is None:
        raise ParseError("tmutil does not say whether it is left out")
    return found


def _destination(said: Values) -> Destination:
    result = plist.number(said, "RESULT")
    state = said.get("LastKnownEncryptionState")
    if state is not None and not isinstance(state, str):
        raise ParseError("a state of encryption that is none")
    return Destination(
        id=plist.text(said, "DestinationID"),
        volumes=tuple(plist.words(said, _VOLUMES)) if _VOLUMES in said else (),
        is_remote="NetworkURL" in said,
        finished_at=_finished(said),
        ok=None if result is None else result == 0,
        encrypted=_ENCRYPTED.get(state or ""),
    )


def _finished(said: Values) -> tuple[datetime, ...]:
    """The copies that lie there, and the last as this Mac remembers it."""
    dates = plist.several(said, "SnapshotDates") if "SnapshotDates" in said else []
    if not all(isinstance(one, datetime) for one in dates):
        raise ParseError("a date that is none")
    remembered = plist.instant(said, "ReferenceLocalSnapshotDate")
    there = tuple(one.replace(tzinfo=UTC) for one in dates)
    return there if remembered is None else (*there, remembered)
