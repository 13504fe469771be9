"""What did each rule and each machine do in a period: failures, and breaks in the evidence?

By receipt: what is told is what was known here at that time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from controller.findings import history
from controller.findings.history import Then
from controller.findings.models import ContactGap, EvidenceGap, RuleSpan
from controller.fleet.models import Machine
from controller.tenants.scope import Place
from rules.verdict import Verdict

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """A rule in a period: on how many machines it failed, for how many machine-hours in all.

    `open_since`: since when it fails on those on which it failed at the end; null where none.
    """

    machines: int
    hours: int
    open_since: datetime | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A machine in a period: how it stood at the end, and the breaks in its evidence.

    `silent` counts the hours in which it was due and not heard, `missing` how often it said itself
    that reports are missing. `from_` is where its evidence begins.
    """

    machine: Machine
    then: Then
    from_: datetime
    silences: int
    silent: int
    missing: int

    @property
    def is_whole(self) -> bool:
        """Was it heard all the time that it was there?"""
        return self.machine.reported_at is not None and not self.silences and not self.missing


def failures(place: Place, since: datetime, until: datetime) -> dict[int, Failures]:
    """Every rule that failed in the period, by number; one query."""
    within = Q(known_to__isnull=True) | Q(known_to__gt=since)
    rows = RuleSpan.objects.at(place).filter(within, verdict=Verdict.FAIL, known_from__lt=until)
    found: dict[int, list[tuple[UUID, datetime, datetime, datetime | None]]] = {}
    columns = ("rule_no", "machine_id", "observed_from", "known_from", "known_to")
    for number, machine, observed, from_, to in rows.values_list(*columns):
        is_open = to is None or to >= until
        begun, ended = max(from_, since), until if to is None else min(to, until)
        found.setdefault(number, []).append((machine, begun, ended, observed if is_open else None))
    return {number: _failures(spans) for number, spans in found.items()}


def _failures(spans: list[tuple[UUID, datetime, datetime, datetime | None]]) -> Failures:
    hours = sum(((ended - begun) for _, begun, ended, _ in spans), timedelta(0)) // _HOUR
    open_ = [observed for *_, observed in spans if observed is not None]
    return Failures(len({machine for machine, *_ in spans}), hours, min(open_, default=None))


def stays(place: Place, since: datetime, until: datetime) -> list[Stay]:
    """The machines that were there at the end of the period, or ended in it; by name."""
    there = Machine.objects.at(place).filter(enrolled_at__lt=until).select_related("visitor")
    not_gone = Q(ended_at__isnull=True) | Q(ended_at__gt=since)
    machines = list(there.filter(not_gone).order_by("host", "id"))
    silent = _silences(place, machines, since, until)
    missing = _missing(place, machines, since, until)
    thens = {one.machine: one for one in history.then(place, machines, until, "known")}
    return [
        Stay(
            machine=one,
            then=thens[one.id],
            from_=max(one.enrolled_at, since),
            silences=len(silent.get(one.id, ())),
            silent=sum(silent.get(one.id, ()), timedelta(0)) // _HOUR,
            missing=missing.get(one.id, 0),
        )
        for one in machines
    ]


def _silences(
    place: Place, machines: Iterable[Machine], since: datetime, until: datetime
) -> dict[UUID, list[timedelta]]:
    whole = Place(place.org)
    rows = ContactGap.objects.at(whole).filter(
        machine__in=[one.id for one in machines], from_at__lt=until, to_at__gt=since
    )
    found: dict[UUID, list[timedelta]] = {}
    for machine, from_, to in rows.values_list("machine_id", "from_at", "to_at"):
        found.setdefault(machine, []).append(min(to, until) - max(from_, since))
    for one in machines:
        ends = min(one.ended_at or until, until)
        if one.due_by is not None and one.reported_at is not None and one.due_by < ends:
            found.setdefault(one.id, []).append(ends - max(one.due_by, since))
    return found


def _missing(
    place: Place, machines: Iterable[Machine], since: datetime, until: datetime
) -> dict[UUID, int]:
    rows = EvidenceGap.objects.at(Place(place.org)).filter(
        machine__in=[one.id for one in machines], known_to__gte=since, known_to__lt=until
    )
    found: dict[UUID, int] = {}
    for machine in rows.values_list("machine_id", flat=True):
        found[machine] = found.get(machine, 0) + 1
    return found
