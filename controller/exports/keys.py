"""Which records of keys does a bundle need?

Every enrolment, notice, rotation and revocation up to its end: those from before it begins bring
their line and its proof. What stands inside the bundle as a report or as a mere line needs none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import connection
from django.db.models import Max

from controller.exports.stretch import Stretch
from controller.fleet.models import Enrolment, Notice
from controller.identity.secrets import ONE_USE, Keys
from controller.ledger import generations, log_keys, raw
from controller.ledger.models import LogEntry, Report
from controller.tenants.scope import Place
from evidence import envelope, frames, note
from evidence.envelope import Envelope
from evidence.keys import SigningKey
from evidence.note import Verifier
from evidence.records import KeyRecord


@dataclass(frozen=True)
class KeyRecords:
    """The records of one clinic's log; `stretches` are its generations, the oldest first."""

    place: Place
    keys: Keys
    stretches: Sequence[Stretch]

    def __iter__(self) -> Iterator[KeyRecord]:
        for stretch in self.stretches:
            for entry in stretch.before("enroll", "keys", "report", "revoke").iterator():
                yield from self._of(stretch, entry)

    def _of(self, stretch: Stretch, entry: LogEntry) -> Iterator[KeyRecord]:
        is_before = entry.idx < stretch.first
        number = stretch.number(self.stretches[-1].log)
        match entry.kind:
            case "enroll":
                sealed = self._request(entry)
            case "keys":
                sealed = self._notices.get(entry.env or "")
            case "report" if is_before and entry.env in self._rotations:
                sealed = raw.unpack(self._rotations[entry.env])
            case "revoke" if is_before:
                yield KeyRecord(entry.idx, None, stretch.elsewhere(entry.idx), number)
                return
            case _:
                return
        if sealed is not None:
            yield KeyRecord(entry.idx, sealed, stretch.elsewhere(entry.idx), number)

    def _request(self, entry: LogEntry) -> Envelope | None:
        """What a machine asked when it joined; without it the bundle is found to lack it."""
        known = Enrolment.objects.at(self.place)
        joined = known.filter(machine_id=entry.machine_id).first() if entry.machine_id else None
        if joined is None:
            return None
        lock = self.keys.request_lock(joined.machine_id)
        (sealed,) = frames.read(lock.decrypt(ONE_USE, bytes(joined.request), None), most=1)
        return sealed

    @cached_property
    def _rotations(self) -> dict[str, bytes]:
        """The reports by which machines took new keys, by the hash that the log holds of them."""
        rotated = Report.objects.at(self.place).filter(kind="key_rotate", standing="stored")
        kept = rotated.exclude(raw=None).values_list("sha", "raw")
        return {sha: bytes(data) for sha, data in kept if data is not None}

    @cached_property
    def _notices(self) -> dict[str, Envelope]:
        """Every notice by its hash; those that open a log are made again, to the same bytes."""
        given = Notice.objects.at(self.place).values_list("envelope", flat=True)
        found = [envelope.from_json(bytes(each)) for each in given]
        for stretch in self.stretches:
            receipt = generations.opened_by(connection.cursor(), self.keys, stretch.log)
            found += generations.opening(self.keys, receipt, stretch.log)
        return {each.sha: each for each in found}


def exporter(place: Place, keys: Keys, own: Stretch) -> SigningKey:
    """The receipt key for a bundle: the newest that its log names before its end."""
    told = Notice.objects.at(place).filter(kind="receipt", log_id=own.log.id, leaf__lt=own.end)
    newest = told.aggregate(generation=Max("generation"))["generation"]
    if newest is not None:
        return keys.receipt(newest)
    return generations.opened_by(connection.cursor(), keys, own.log)


@dataclass(frozen=True, slots=True)
class InForce:
    """The keys that sign for a log, the newest first, and in words what becomes of the others."""

    verifiers: tuple[Verifier, ...]
    remark: str


def in_force(keys: Keys, stretch: Stretch) -> InForce:
    """Which keys a reader of a log needs: those under its newest checkpoint."""
    log = stretch.log
    changes = log_keys.changes(connection.cursor(), log)
    if not changes:
        return InForce((log_keys.verifier(keys, log),), "")
    newest = changes[-1]
    known = [log_keys.verifier(keys, log, number) for number in range(newest.number, 0, -1)]
    signed = note.verify(note.parse(stretch.note()), known)
    said = f", key {newest.number} since {newest.at:%Y-%m-%d}"
    if len(signed) > 1:
        said += f"; the one before signs beside it until {newest.both_until:%Y-%m-%d}"
    elif newest.is_theft:
        said += "; those before it are not to be trusted"
    return InForce(signed, said)
