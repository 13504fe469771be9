"""What belongs into a clinic's evidence bundle?

All lines of its log from 26 hours before the period, so that each live machine's daily full is
inside, to the newest checkpoint; the frontier before them; the envelopes of the reports among
them; and every record of keys, those from before with the proof that they stand in the log.

- What is written is read from the tables as it stands there: nothing is serialised again.
- The request of each enrolment is in it, with the secret of its join token: while more machines
  may still join by one of them, nothing is exported.
- Nothing of another clinic is in it: a log is one clinic's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, Self
from uuid import UUID

from django.db import connection
from django.db.models import F, Max, QuerySet

from controller.errors import NotThere, Refusal
from controller.fleet.models import Enrolment, JoinToken
from controller.identity.home import ControllerHome
from controller.identity.secrets import ONE_USE, Keys
from controller.ledger import append, raw
from controller.ledger.actions import Act, By, acting
from controller.ledger.append import LogRow, log_of
from controller.ledger.models import Checkpoint, Log, LogEntry, Report
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence import bundle, frames, merkle, messages, trust_policy
from evidence.bundle import About, Contents, KeyRecord, Manifest
from evidence.checkpoint import LogProof
from evidence.envelope import Envelope
from evidence.note import Verifier

LEAD = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Order:
    """Which clinic's evidence, of which time, and who asks for it."""

    clinic: UUID
    since: datetime
    until: datetime
    by: By


def evidence(home: ControllerHome, place: Place, order: Order, out: BinaryIO) -> Manifest:
    """Write a clinic's bundle to a new file; NotThere if the clinic is not of this place.

    Refusal while a join token is open whose secret would be in it.

    That it was made is an act, and stands in the log and so in the bundle itself.
    """
    clinic = Clinic.objects.at(place).filter(id=order.clinic).first()
    if clinic is None:
        raise NotThere("there is no such clinic here")
    keys = Keys.load(home)
    with acting(home, order.by) as books:
        told = {"from": order.since.isoformat(), "to": order.until.isoformat()}
        books.record(clinic.org_id, clinic.id, Act("evidence.export", str(clinic.id), after=told))
        source = _Source.of(place, clinic.id, keys, order.since - LEAD)
        source.require_spent(order.by.at)
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


@dataclass(frozen=True, slots=True)
class _Source:
    """One log from `first` to its end, as it stood when it was first looked at."""

    place: Place
    keys: Keys
    log: LogRow
    first: int

    @classmethod
    def of(cls, place: Place, clinic: UUID, keys: Keys, since: datetime) -> Self:
        """A clinic's log from the last checkpoint before a time."""
        log = log_of(connection.cursor(), place.org.hex, clinic.hex)
        before = Checkpoint.objects.at(place).filter(log_id=log.id, at__lt=since)
        first = before.aggregate(size=Max("size"))["size"]
        return cls(place.clinic(clinic), keys, log, first or 0)

    def contents(self, about: About) -> Contents:
        """What to write; lines and reports are read while they are written."""
        return Contents(
            about=about,
            first=self.first,
            frontier=append.edge(connection.cursor(), self.log, self.first),
            lines=map(bytes, self._entries().values_list("line", flat=True).iterator()),
            checkpoint=self._note(),
            keys=[*self._notices(), *self._enrolments()],
            reports={str(machine): self._reports(machine) for machine in self._machines()},
        )

    def require_spent(self, now: datetime) -> None:
        """Refusal while somebody could join by a secret that the bundle would carry."""
        open_yet = JoinToken.objects.at(self.place).filter(
            id__in=self._joined().values("token_id"),
            uses__lt=F("max_uses"),
            withdrawn_at=None,
            expires_at__gt=now,
        )
        for token in open_yet.order_by("expires_at")[:1]:
            left = token.max_uses - token.uses
            raise Refusal(
                f"{left} more may join by the token {token.tid}, and a bundle holds its secret",
                help=f"`dentinel-controller token revoke {token.tid}`, or wait until it ends at "
                f"{token.expires_at:%Y-%m-%d %H:%M} UTC",
            )

    def _joined(self) -> QuerySet[Enrolment]:
        return Enrolment.objects.at(self.place).filter(leaf__lt=self.log.size)

    def _note(self) -> str:
        return append.checkpoint_note(connection.cursor(), self.log)

    def _entries(self) -> QuerySet[LogEntry]:
        entries = LogEntry.objects.at(self.place).filter(log_id=self.log.id)
        return entries.filter(idx__gte=self.first, idx__lt=self.log.size).order_by("idx")

    def _machines(self) -> set[UUID]:
        told = self._entries().filter(kind="report").values_list("machine_id", flat=True)
        return {machine for machine in told.iterator() if machine is not None}

    def _reports(self, machine: UUID) -> Iterator[Envelope]:
        """The envelopes that are kept, in the order of the chain, which is that of the log."""
        reports = Report.objects.at(self.place).filter(machine_id=machine, standing="stored")
        kept = reports.filter(leaf__gte=self.first, leaf__lt=self.log.size)
        for packed in kept.order_by("leaf").values_list("raw", flat=True).iterator():
            if packed is not None:
                yield raw.unpack(bytes(packed))

    def _notices(self) -> Iterator[KeyRecord]:
        """The two that opened the log: the same keys make the same bytes again."""
        notices = messages.opening(self.keys.receipt(), str(_verifier(self.keys, self.log)))
        for leaf, notice in enumerate(notices):
            yield self._record(leaf, notice)

    def _enrolments(self) -> Iterator[KeyRecord]:
        joined = self._joined().order_by("leaf")
        for leaf, machine, locked in joined.values_list("leaf", "machine_id", "request"):
            request = self.keys.request_lock(machine).decrypt(ONE_USE, bytes(locked), None)
            (sealed,) = frames.read(request, most=1)
            yield self._record(leaf, sealed)

    def _record(self, leaf: int, sealed: Envelope) -> KeyRecord:
        if leaf >= self.first:
            return KeyRecord(leaf, sealed)
        node = partial(append.node, connection.cursor(), self.log)
        path = tuple(merkle.prove_inclusion(leaf, self.log.size, node))
        proof = LogProof(leaf, path, self._note())
        return KeyRecord(leaf, sealed, append.line(connection.cursor(), self.log, leaf), str(proof))
