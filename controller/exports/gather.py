"""What belongs into a clinic's evidence bundle?

All lines of its log from 26 hours before the period, so that each live machine's daily full is
inside, to the newest checkpoint; the frontier before them; the envelopes of the reports among
them; and every record of keys, those from before with the proof that they stand in the log.

- What is written is read from the tables as it stands there: nothing is serialised again.
- Nothing of another clinic is in it: a log is one clinic's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db import connection

from controller.errors import NotThere
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger import append, raw
from controller.ledger.actions import Act, By, acting
from controller.ledger.append import LogRow, log_of
from controller.ledger.models import Log
from controller.ledger.sql import Cursor, moment
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence import bundle, frames, merkle, messages, trust_policy
from evidence.bundle import About, Contents, KeyRecord, Manifest
from evidence.checkpoint import LogProof
from evidence.envelope import Envelope
from evidence.note import Verifier

LEAD = timedelta(hours=26)
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Order:
    """Which clinic's evidence, of which time, and who asks for it."""

    clinic: UUID
    since: datetime
    until: datetime
    by: By


def evidence(home: ControllerHome, place: Place, order: Order, out: BinaryIO) -> Manifest:
    """Write a clinic's bundle to a new file; NotThere if the clinic is not of this place.

    That it was made is an act, and stands in the log and so in the bundle itself.
    """
    clinic = Clinic.objects.at(place).filter(id=order.clinic).first()
    if clinic is None:
        raise NotThere("there is no such clinic here")
    with acting(home, order.by) as books:
        told = {"from": order.since.isoformat(), "to": order.until.isoformat()}
        books.record(clinic.org_id, clinic.id, Act("evidence.export", str(clinic.id), after=told))
    keys = Keys.load(home)
    cursor: Cursor = connection.cursor()
    log = log_of(cursor, clinic.org_id.hex, clinic.id.hex)
    source = _Source(cursor, log, keys, _first(cursor, log, order.since - LEAD))
    about = About(
        org=str(clinic.org_id),
        clinic=str(clinic.id),
        clinic_name=clinic.name,
        from_=order.since,
        to=order.until,
        profile="auditor",
        made=order.by.at,
    )
    return bundle.write(out, source.contents(about), keys.receipt())


def policy(home: ControllerHome, place: Place) -> str:
    """The keys of the logs of a place, as a C2SP tlog-policy: to be handed over by another way."""
    keys = Keys.load(home)
    logs = Log.objects.at(place).exclude(clinic=None).select_related("clinic").order_by("origin")
    return trust_policy.write([_verifier(keys, log) for log in logs])


def _verifier(keys: Keys, log: Log | LogRow) -> Verifier:
    return Verifier(log.origin, keys.log(log.uuid, log.generation).public)


def _first(cursor: Cursor, log: LogRow, since: datetime) -> int:
    """The size that the log had when the time began: the last checkpoint before it."""
    cursor.execute(
        "SELECT max(size) FROM checkpoint WHERE org_id = %s AND log_id = %s AND at < %s",
        (log.org, log.id, moment(since)),
    )
    return cursor.fetchone()[0] or 0


@dataclass(frozen=True, slots=True)
class _Source:
    """One log from `first` to its end, as it stood when it was first looked at."""

    cursor: Cursor
    log: LogRow
    keys: Keys
    first: int

    def contents(self, about: About) -> Contents:
        """What to write; lines and reports are read while they are written."""
        return Contents(
            about=about,
            first=self.first,
            frontier=append.edge(self.cursor, self.log, self.first),
            lines=self._lines(),
            checkpoint=self._note(),
            keys=[*self._notices(), *self._enrolments()],
            reports={str(UUID(hex=name)): self._reports(name) for name in self._machines()},
        )

    def _note(self) -> str:
        return append.checkpoint_note(self.cursor, self.log)

    def _lines(self) -> Iterator[bytes]:
        for begin in range(self.first, self.log.size, _ROWS_AT_ONCE):
            end = min(begin + _ROWS_AT_ONCE, self.log.size)
            self.cursor.execute(
                "SELECT line FROM log_entry WHERE org_id = %s AND log_id = %s"
                " AND idx >= %s AND idx < %s ORDER BY idx",
                (self.log.org, self.log.id, begin, end),
            )
            yield from [bytes(line) for (line,) in self.cursor.fetchall()]

    def _machines(self) -> list[str]:
        self.cursor.execute(
            "SELECT DISTINCT machine_id FROM log_entry WHERE org_id = %s AND log_id = %s"
            " AND idx >= %s AND idx < %s AND kind = 'report'",
            (self.log.org, self.log.id, self.first, self.log.size),
        )
        return [str(UUID(str(name)).hex) for (name,) in self.cursor.fetchall()]

    def _reports(self, machine: str) -> Iterator[Envelope]:
        """The envelopes that are kept, in the order of the chain, which is that of the log."""
        leaf = self.first
        while True:
            self.cursor.execute(
                "SELECT leaf, raw FROM report WHERE org_id = %s AND machine_id = %s"
                " AND standing = 'stored' AND raw IS NOT NULL AND leaf >= %s AND leaf < %s"
                " ORDER BY leaf LIMIT %s",
                (self.log.org, machine, leaf, self.log.size, _ROWS_AT_ONCE),
            )
            found = self.cursor.fetchall()
            for _, packed in found:
                yield raw.unpack(packed)
            if len(found) < _ROWS_AT_ONCE:
                return
            leaf = found[-1][0] + 1

    def _notices(self) -> Iterator[KeyRecord]:
        """The two that opened the log: the same keys make the same bytes again."""
        notices = messages.opening(self.keys.receipt(), str(_verifier(self.keys, self.log)))
        for leaf, notice in enumerate(notices):
            yield self._record(leaf, notice)

    def _enrolments(self) -> Iterable[KeyRecord]:
        self.cursor.execute(
            "SELECT e.leaf, e.request FROM enrolment e JOIN log l ON l.clinic_id = e.clinic_id"
            " WHERE e.org_id = %s AND l.id = %s AND e.leaf < %s ORDER BY e.leaf",
            (self.log.org, self.log.id, self.log.size),
        )
        for leaf, request in self.cursor.fetchall():
            (sealed,) = frames.read(bytes(request), most=1)
            yield self._record(leaf, sealed)

    def _record(self, leaf: int, sealed: Envelope) -> KeyRecord:
        if leaf >= self.first:
            return KeyRecord(leaf, sealed)
        node = partial(append.node, self.cursor, self.log)
        path = tuple(merkle.prove_inclusion(leaf, self.log.size, node))
        proof = LogProof(leaf, path, self._note())
        return KeyRecord(leaf, sealed, append.line(self.cursor, self.log, leaf), str(proof))
