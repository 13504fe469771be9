"""How did each clinic stand at the end of each day, as it was known then?

For the line of ninety days: one row a clinic and day, written when the day (UTC) is over. What was
known at its end does not change any more, so a row is written once; only a rebuild writes it anew.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from controller.findings.models import ClinicDay, ContactGap, RuleSpan
from controller.findings.scores import Tally
from controller.fleet.models import Machine, MachineState
from controller.tenants.scope import Place
from rules.verdict import Verdict

KEPT = timedelta(days=90)
_DAY = timedelta(days=1)
_EVERY = 3
_PARTS = ("proven", "failing", "error", "unknown", "stale")
_UNCOUNTED = (MachineState.PENDING, MachineState.QUARANTINED)


def fill(org: UUID, now: datetime) -> int:
    """Write the days that are over and not written yet, the last ninety at most; how many."""
    place = Place(org)
    first = _first(place, now.astimezone(UTC).date() - KEPT)
    written = 0
    while first is not None and first < now.astimezone(UTC).date():
        _write(org, first, at_end(place, _end(first)))
        first += _DAY
        written += 1
    return written


def again(org: UUID, now: datetime) -> int:
    """Forget all days and write them anew; how many."""
    ClinicDay.objects.at(Place(org)).delete()
    return fill(org, now)


def at_end(place: Place, at: datetime) -> dict[UUID, Tally]:
    """How each clinic stood at a moment, as we knew it; only clinics that had machines."""
    clinics, silent = _there(place, at)
    spans = RuleSpan.objects.at(place).filter(
        Q(known_to__gt=at) | Q(known_to__isnull=True), known_from__lte=at
    )
    found: dict[UUID, Counter[str]] = {clinic: Counter() for clinic in clinics.values()}
    counted = spans.order_by().values_list("machine_id", "verdict").annotate(n=Count("seq"))
    for machine, verdict, n in counted:
        if machine in clinics:
            is_stale = verdict == Verdict.PASS and machine in silent
            found[clinics[machine]]["stale" if is_stale else verdict] += n
    return {clinic: _tally(count) for clinic, count in found.items()}


def trend(place: Place, clinics: Iterable[UUID], since: date) -> dict[UUID, list[tuple[date, int]]]:
    """For each of these clinics the share proven by day, in per cent, days without checks left out.

    One query, however many clinics; every third day, up to the newest, is enough for a line.
    """
    rows = ClinicDay.objects.at(place).filter(clinic_id__in=list(clinics), day__gte=since)
    read = list(rows.order_by("day").values_list("clinic_id", "day", *_PARTS))
    found: dict[UUID, list[tuple[date, int]]] = {}
    for clinic, day, *parts in read:
        tally = Tally(*parts)
        if (read[-1][1] - day).days % _EVERY == 0 and tally.checks:
            found.setdefault(clinic, []).append((day, tally.percent))
    return found


def _first(place: Place, earliest: date) -> date | None:
    """The first day that is to be written; None while there is no machine."""
    last: date | None = ClinicDay.objects.at(place).aggregate(last=Max("day"))["last"]
    if last is not None:
        return max(last + _DAY, earliest)
    begun: datetime | None = Machine.objects.at(place).aggregate(begun=Min("enrolled_at"))["begun"]
    return max(begun.astimezone(UTC).date(), earliest) if begun else None


def _there(place: Place, at: datetime) -> tuple[dict[UUID, UUID], set[UUID]]:
    """The clinic of each machine that was there and counts, and which of them were silent."""
    gaps = ContactGap.objects.at(place).filter(from_at__lt=at, to_at__gt=at)
    unheard = set(gaps.values_list("machine_id", flat=True))
    there = Machine.objects.at(place).filter(enrolled_at__lte=at).exclude(state__in=_UNCOUNTED)
    there = there.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    rows = list(there.values_list("id", "clinic_id", "visitor_id", "due_by"))
    unheard |= {machine for machine, _, _, due in rows if due is not None and due < at}
    silent = {machine for machine, _, visitor, _ in rows if {machine, visitor} & unheard}
    return {machine: clinic for machine, clinic, _, _ in rows}, silent


def _write(org: UUID, day: date, tallies: dict[UUID, Tally]) -> None:
    rows = [
        ClinicDay(
            org_id=org,
            clinic_id=clinic,
            day=day,
            proven=one.proven,
            failing=one.failing,
            error=one.error,
            unknown=one.unknown,
            stale=one.stale,
            not_applicable=one.not_applicable,
        )
        for clinic, one in tallies.items()
    ]
    with transaction.atomic():
        for row in rows:
            row.save(force_insert=True)


def _tally(count: Counter[str]) -> Tally:
    return Tally(
        proven=count[Verdict.PASS],
        failing=count[Verdict.FAIL],
        error=count[Verdict.ERROR],
        unknown=count[Verdict.UNKNOWN],
        stale=count["stale"],
        not_applicable=count[Verdict.NOT_APPLICABLE],
    )


def _end(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), UTC)
