"""Which records of keys does a bundle need?

Every enrolment, notice, rotation and revocation up to its end: those from before it begins bring
their line and its proof. What stands inside the bundle as a report or as a mere line needs none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from controller.exports.stretch import Stretch
from controller.fleet.models import Enrolment, Notice
from controller.identity.secrets import ONE_USE, Keys
from controller.ledger import raw
from controller.ledger.models import LogEntry, Report
from controller.tenants.scope import Place
from evidence import envelope, frames, messages
from evidence.envelope import Envelope
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
        match entry.kind:
            case "enroll":
                sealed = self._request(entry)
            case "keys":
                sealed = self._notices.get(entry.env or "")
            case "report" if is_before and entry.env in self._rotations:
                sealed = raw.unpack(self._rotations[entry.env])
            case "revoke" if is_before:
                yield KeyRecord(entry.idx, None, stretch.elsewhere(entry.idx))
                return
            case _:
                return
        if sealed is not None:
            yield KeyRecord(entry.idx, sealed, stretch.elsewhere(entry.idx))

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
            vkey = str(verifier(self.keys, stretch))
            for generation in range(1, self.keys.generation + 1):
                found += messages.opening(self.keys.receipt(generation), vkey)
        return {each.sha: each for each in found}


def verifier(keys: Keys, stretch: Stretch) -> Verifier:
    """The key that signs for one generation of a log."""
    log = stretch.log
    return Verifier(log.origin, keys.log(log.uuid, log.generation).public)
