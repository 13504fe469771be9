"""What belongs into a clinic's evidence bundle?

All lines of its log from 26 hours before the period, so that each live machine's daily full is
inside, to the first checkpoint after it; the frontier before them; the envelopes of the reports
among them; every record of keys; what people signed off; the rules by which was judged; the acts
of the org, which concern all its clinics. What is from before comes with its proof.

- What is written is read from the tables as it stands there: nothing is serialised again.
- The request of each enrolment is in it, with the secret of its join token: while more machines
  may still join by one of them, nothing is exported.
- Nothing of another clinic is in it: a log is one clinic's, and what concerns one clinic only
  does not stand in the org's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import BinaryIO, Self
from uuid import UUID

from django.db.models import F

from controller.errors import NotThere, Refusal
from controller.exports import authors, derived, rules
from controller.exports.keys import KeyRecords, exporter, in_force
from controller.exports.meter import Meter, Tell, silent
from controller.exports.stretch import Stretch, row_of
from controller.fleet.models import Enrolment, JoinToken
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger import raw
from controller.ledger.actions import Act, By, acting
from controller.ledger.models import Audit, Document, Log, Report
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from evidence import bundle, trust_policy
from evidence.bundle import About, Contents, Manifest, Profile
from evidence.checkpoint import LogProof
from evidence.envelope import Envelope
from evidence.records import DocumentRecord

LEAD = timedelta(hours=26)
EXPORT = "evidence.export"
REACHES_BACK = timedelta(days=31)
"""How far before its period a bundle begins at most, to go on from the last audit."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which clinic's evidence, of which time, who asks for it, and for which reader."""

    clinic: UUID
    since: datetime
    until: datetime
    by: By
    profile: Profile = "auditor"


def evidence(
    home: ControllerHome, place: Place, order: Order, out: BinaryIO, tell: Tell = silent
) -> Manifest:
    """Write a clinic's bundle to a new file; NotThere if the clinic is not of this place.

    Refusal while a join token is open whose secret would be in it. `tell` hears how far it is.

    That it was made is an act, and stands in the log and so in the bundle itself.
    """
    clinic = Clinic.objects.at(place).filter(id=order.clinic).first()
    if clinic is None:
        raise NotThere("there is no such clinic here")
    keys = Keys.load(home)
    last = _last_export(place.clinic(clinic.id))
    with acting(home, order.by) as books:
        told = {"from": order.since.isoformat(), "to": order.until.isoformat()}
        books.record(clinic.org_id, clinic.id, Act(EXPORT, str(clinic.id), after=told))
        source = _Source.of(home, keys, place.clinic(clinic.id), order, last)
        source.require_spent(order.by.at)
        source.own.checkpoints().filter(size__in=(source.own.end, source.own.log.size)).update(
            keep=True
        )
    about = About(
        org=str(clinic.org_id),
        clinic=str(clinic.id),
        clinic_name=clinic.name,
        from_=order.since,
        to=order.until,
        profile=order.profile,
        made=order.by.at,
    )
    # Each report is read twice: for the rules that it names, and to be written.
    source = replace(source, meter=Meter(2 * source.n_reports(), tell))
    return bundle.write(out, source.contents(about), exporter(source.place, keys, source.own))


def policy(home: ControllerHome, place: Place) -> str:
    """The keys of the logs of a place, and from which root its rules hang, as a C2SP tlog-policy.

    It is to be handed over by another way than a bundle. While a log changes its key both are in
    it, and until when.
    """
    keys = Keys.load(home)
    logs = list(Log.objects.at(place).select_related("clinic").order_by("origin"))
    if place.clinics is not None:
        logs += Log.objects.at(Place(place.org)).filter(clinic__isnull=True)
    named = [(log, in_force(keys, Stretch(place, row_of(log), 0, log.size))) for log in logs]
    whose = [f"{_name(log)}: {log.origin}{each.remark}" for log, each in named]
    rules = authors.first_roots(home, place)
    return trust_policy.write(
        [key for _, each in named for key in each.verifiers],
        [*whose, *(authors.COMPARE for _ in rules)],
        rules,
    )


def _name(log: Log) -> str:
    """Whose log it is, on one line: what follows a comment must not become a line of the policy."""
    name = log.clinic.name if log.clinic else "the organisation"
    return "".join(each if each.isprintable() else " " for each in name)


def _last_export(place: Place) -> Audit | None:
    """The last audit of this clinic, before the act that is now being done."""
    return Audit.objects.at(place).filter(action=EXPORT).order_by("-n").first()


@dataclass(frozen=True, slots=True)
class _Source:
    """The generations of one clinic's log, the oldest first, as far as they go into the bundle."""

    home: ControllerHome
    keys: Keys
    place: Place
    stretches: tuple[Stretch, ...]
    org: Stretch
    last: int | None
    meter: Meter = field(default_factory=lambda: Meter(0, silent))

    @classmethod
    def of(
        cls, home: ControllerHome, keys: Keys, place: Place, order: Order, last: Audit | None
    ) -> Self:
        """From the last checkpoint before the period, or from the last audit if that is near."""
        since = order.since - LEAD
        *earlier, own = Stretch.all_of(place, order.clinic)
        own = own.since(since).until(order.until)
        audited = last.leaf + 1 if last and last.log_id == UUID(own.log.id) else None
        if last and audited is not None and since - REACHES_BACK < last.at:
            own = Stretch(place, own.log, min(own.first, audited), own.end)
        # A log that goes back beyond its restart goes on from the one before.
        known = [each.since(since) if own.first == 0 else _anchor(each) for each in earlier]
        org = Stretch.all_of(Place(place.org), None)[-1].since(since)
        return cls(home, keys, place, (*known, own), org, audited)

    @property
    def own(self) -> Stretch:
        """The newest generation."""
        return self.stretches[-1]

    def contents(self, about: About) -> Contents:
        """What to write; lines and reports are read while they are written."""
        named = rules.Named.by(
            sealed for machine in self._machines() for sealed in self._reports(machine)
        )
        own = self.own.written()
        return Contents(
            about=about,
            first=own.first,
            frontier=own.frontier,
            lines=own.lines,
            checkpoint=own.checkpoint,
            keys=KeyRecords(self.place, self.keys, self.stretches),
            reports={str(machine): self._reports(machine) for machine in self._machines()},
            before=self._before(),
            newest=self.own.goes_on(),
            earlier={each.log.generation: each.written() for each in self.stretches[:-1]},
            org=self._org(),
            packs=rules.packs(self.place, named),
            tuf=rules.metadata(self.home, self.place, named),
            waivers=self._documents("waiver"),
            attestations=self._documents("attestation"),
            derived=derived.files(self.place, about),
        )

    def require_spent(self, now: datetime) -> None:
        """Refusal while somebody could join by a secret that the bundle would carry."""
        joined = Enrolment.objects.at(self.place)
        open_yet = JoinToken.objects.at(self.place).filter(
            id__in=joined.values("token_id"),
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

    def _before(self) -> str | None:
        """What the last audit saw, if the bundle reaches back to it."""
        if self.last is None or not self.own.first <= self.last <= self.own.end:
            return None
        kept = self.own.checkpoints().filter(size=self.last).first()
        return kept.note if kept else None

    def n_reports(self) -> int:
        """How many lines of reports there are."""
        return sum(each.entries().filter(kind="report").count() for each in self.stretches)

    def _machines(self) -> list[UUID]:
        told: set[UUID | None] = set()
        for each in self.stretches:
            told.update(each.entries().filter(kind="report").values_list("machine_id", flat=True))
        return sorted(machine for machine in told if machine is not None)

    def _reports(self, machine: UUID) -> Iterator[Envelope]:
        """The envelopes that are kept, in the order of the chain, which is that of the log."""
        for each in self.stretches:
            lines = each.entries().filter(kind="report", machine_id=machine)
            logged = set(lines.values_list("env", flat=True))
            reports = Report.objects.at(self.place).filter(machine_id=machine, standing="stored")
            kept = reports.filter(leaf__gte=each.first, leaf__lt=each.end).exclude(raw=None)
            for sha, packed in kept.order_by("leaf").values_list("sha", "raw").iterator():
                self.meter.step()
                if sha in logged and packed is not None:
                    yield raw.unpack(bytes(packed))

    def _documents(self, kind: str) -> Iterator[DocumentRecord]:
        of_log = {UUID(each.log.id): each for each in self.stretches}
        said = Document.objects.at(self.place).filter(kind=kind, log_id__in=of_log)
        for one in said.order_by("log__generation", "leaf").iterator():
            stretch = of_log[one.log_id]
            if one.leaf < stretch.end:
                where = stretch.elsewhere(one.leaf)
                number = stretch.number(self.own.log)
                yield DocumentRecord(one.leaf, bytes(one.data), where, number)

    def _org(self) -> Iterator[LogProof]:
        """The acts of the org in this time: they concern each of its clinics."""
        for entry in self.org.entries().iterator():
            yield self.org.proof(entry.idx, bytes(entry.line))


def _anchor(stretch: Stretch) -> Stretch:
    """Nothing of it but what proves single lines."""
    return Stretch(stretch.place, stretch.log, stretch.end, stretch.end)
