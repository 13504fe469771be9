"""How did each clinic stand at the end of each day, as it was known then?

For the line of ninety days: one row a clinic and day, written when the day is over where the clinic
is. What was known at its end does not change any more, so a row is written once; only a rebuild, or
a clinic that changes its time zone, has it written anew.

- A day ends at the clinic's midnight, or where clocks skip that, at the first moment of the next.
- A day that ended while this controller was away is left out: nothing could be known at its end.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count, takewhile
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from controller.findings import rule_days
from controller.findings.day_models import ClinicDay
from controller.findings.models import ContactGap, RuleSpan
from controller.findings.scores import Tally
from controller.fleet import absence
from controller.fleet.models import Machine, MachineState
from controller.ledger.watch import Away
from controller.tenants.queries import clinics
from controller.tenants.scope import Place
from rules.verdict import Verdict

KEPT = timedelta(days=90)
_DAY = timedelta(days=1)
_EVERY = 3
_CHUNK = 500
_PARTS = ("proven", "failing", "error", "unknown", "stale")
_UNCOUNTED = (MachineState.PENDING, MachineState.QUARANTINED)


def fill(org: UUID, now: datetime) -> int:
    """Write the days that are over and not written yet, the last ninety at most; how many."""
    place = Place(org)
    listened = partial(_listened, absence.outages(place, now - KEPT - _DAY, now))
    written = 0
    for (zone, first), lacking in sorted(_due(place, now).items(), key=lambda one: one[0]):
        inside = Place(org, frozenset(lacking))
        for day in takewhile(partial(_is_over, zone, now), _from(first)):
            end = end_of(day, ZoneInfo(zone))
            if listened(end):
                _write(org, day, at_end(inside, end))
                written += 1
    if written:
        rule_days.drop(org, now.date() - KEPT - _DAY)
    return written


def forget(place: Place) -> None:
    """Have the days of a place written anew by the next `fill`."""
    ClinicDay.objects.at(place).delete()
    rule_days.forget(place)


def again(org: UUID, now: datetime) -> int:
    """Forget all days and write them anew; how many."""
    forget(Place(org))
    return fill(org, now)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """When a day is over there: its midnight, in UTC."""
    return datetime.combine(day + _DAY, time(), zone).astimezone(UTC)


def at_end(place: Place, at: datetime) -> dict[UUID, dict[int, Tally]]:
    """How each rule stood in each clinic at a moment, as we knew it; clinics that had machines."""
    clinics, silent = _there(place, at)
    open_ = Q(known_to__gt=at) | Q(known_to__isnull=True)
    spans = RuleSpan.objects.at(place).filter(open_, known_from__lte=at)
    spans = spans.filter(machine_id__in=_present(place, at).order_by().values("id"))
    found: dict[UUID, dict[int, Counter[str]]] = {clinic: {} for clinic in clinics.values()}
    for (clinic, number, verdict), n in _counted(spans, "verdict"):
        found[clinic].setdefault(number, Counter())[verdict] += n
    for part in _parts(sorted(silent)):
        passing = spans.filter(machine_id__in=part, verdict=Verdict.PASS)
        for (clinic, number), n in _counted(passing):
            found[clinic][number].update({Verdict.PASS: -n, "stale": n})
    return {
        clinic: {number: _tally(count) for number, count in rules.items()}
        for clinic, rules in found.items()
    }


def _parts(machines: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (machines[at : at + _CHUNK] for at in range(0, len(machines), _CHUNK))


def _counted(spans: QuerySet[RuleSpan], *by: str) -> Iterator[tuple[Any, int]]:
    """How many spans each clinic has of each rule, and of each of what is counted `by` besides."""
    keys = ("machine__clinic_id", "rule_no", *by)
    for *key, n in spans.order_by().values_list(*keys).annotate(n=Count("seq")):
        yield tuple(key), n


def trend(place: Place, clinics: Iterable[UUID], today: date) -> dict[UUID, list[tuple[date, int]]]:
    """For each of these clinics the share proven by day, in per cent, days without checks left out.

    One query, however many clinics; every third day, and the newest, is enough for a line.
    """
    drawn = {today - n * _DAY for n in range(0, KEPT.days + 1, _EVERY)}
    last = {today - n * _DAY for n in range(1, _EVERY)}
    rows = ClinicDay.objects.at(place).filter(clinic_id__in=list(clinics), day__in=drawn | last)
    read = list(rows.order_by("day").values_list("clinic_id", "day", *_PARTS))
    found: dict[UUID, list[tuple[date, int]]] = {}
    for clinic, day, *parts in read:
        tally = Tally(*parts)
        if day in drawn | {read[-1][1]} and tally.checks:
            found.setdefault(clinic, []).append((day, tally.percent))
    return found


def _due(place: Place, now: datetime) -> dict[tuple[str, date], list[UUID]]:
    """The first day that each clinic lacks, with its zone; clinics that lack the same together."""
    last = dict(
        ClinicDay.objects.at(place).order_by().values_list("clinic_id").annotate(d=Max("day"))
    )
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=now - KEPT)
    there = Machine.objects.at(place).exclude(state__in=_UNCOUNTED).filter(lately).order_by()
    begun = dict(there.values_list("clinic_id").annotate(b=Min("enrolled_at")))
    found: dict[tuple[str, date], list[UUID]] = defaultdict(list)
    for clinic, name in clinics(place).values_list("id", "time_zone"):
        if clinic in begun:
            zone = ZoneInfo(name)
            earliest = now.astimezone(zone).date() - KEPT
            written = last.get(clinic)
            first = written + _DAY if written else begun[clinic].astimezone(zone).date()
            found[name, max(first, earliest)].append(clinic)
    return found


def _from(first: date) -> Iterator[date]:
    return (first + n * _DAY for n in count())


def _is_over(zone: str, now: datetime, day: date) -> bool:
    return end_of(day, ZoneInfo(zone)) <= now


def _listened(outages: Sequence[Away], at: datetime) -> bool:
    return not any(one.since < at < one.until for one in outages)


def _there(place: Place, at: datetime) -> tuple[dict[UUID, UUID], set[UUID]]:
    """The clinic of each machine that was there and counts, and which of them were silent."""
    gaps = ContactGap.objects.at(place).filter(from_at__lt=at, to_at__gt=at)
    unheard = set(gaps.values_list("machine_id", flat=True))
    rows = list(_present(place, at).values_list("id", "clinic_id", "visitor_id", "due_by"))
    unheard |= {machine for machine, _, _, due in rows if due is not None and due < at}
    silent = {machine for machine, _, visitor, _ in rows if {machine, visitor} & unheard}
    return {machine: clinic for machine, clinic, _, _ in rows}, silent


def _present(place: Place, at: datetime) -> QuerySet[Machine]:
    """The machines that were there at a moment, and that count."""
    there = Machine.objects.at(place).filter(enrolled_at__lte=at).exclude(state__in=_UNCOUNTED)
    return there.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))


def _write(org: UUID, day: date, judged: dict[UUID, dict[int, Tally]]) -> None:
    """All of a day or nothing: a sum that lacked it would never be made up."""
    with transaction.atomic():
        for clinic, rules in judged.items():
            whole = sum(rules.values(), Tally())
            row = ClinicDay(
                org_id=org,
                clinic_id=clinic,
                day=day,
                proven=whole.proven,
                failing=whole.failing,
                error=whole.error,
                unknown=whole.unknown,
                stale=whole.stale,
                not_applicable=whole.not_applicable,
            )
            row.save(force_insert=True)
            rule_days.write(org, clinic, day, rules)
        rule_days.sum_up(org, day)


def _tally(count: Counter[str]) -> Tally:
    return Tally(
        proven=count[Verdict.PASS],
        failing=count[Verdict.FAIL],
        error=count[Verdict.ERROR],
        unknown=count[Verdict.UNKNOWN],
        stale=count["stale"],
        not_applicable=count[Verdict.NOT_APPLICABLE],
    )
