"""How does each rule stand on the machines of a place? From the counts that intake keeps.

Machines that have ended or are not approved are in those counts, because their reports are; here
they are taken out. One query each: counts, and what is taken out of them, as the arms of a union.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum, UUIDField, Value

from controller.findings import accepted
from controller.findings.accepted import Accepting
from controller.findings.models import ClinicRule, RuleState, Shield
from controller.findings.scores import Tally
from controller.fleet.models import Machine, MachineState
from controller.fleet.queries import ENDED, approved, silent
from controller.policy.queries import Numbered
from controller.tenants.scope import Place
from rules.verdict import Verdict

UNCOUNTED = (*ENDED, MachineState.PENDING, MachineState.QUARANTINED)
_COUNTED, _GONE, _STALE, _ACCEPTED, _MACHINE = range(5)
_VERDICTS = {
    "n_pass": Verdict.PASS,
    "n_fail": Verdict.FAIL,
    "n_error": Verdict.ERROR,
    "n_unknown": Verdict.UNKNOWN,
    "n_na": Verdict.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """How each rule stands, by its number; and the machines on which something is accepted."""

    rules: dict[int, Tally]
    accepting: list[Accepting]


def by_rule(place: Place, now: datetime) -> dict[int, Tally]:
    """For each rule that any machine of a place judged, by its number: how those that count stand.

    Passes of silent machines are stale, failures under a waiver accepted.
    """
    return _tallies(_counted(place).union(*_less(place, now), all=True))


def of_rule(place: Place, now: datetime, rule_no: int) -> Tally:
    """How the machines that count stand by one rule; still one query."""
    first, *arms = (one.filter(rule_no=rule_no) for one in (_counted(place), *_less(place, now)))
    return _tallies(first.union(*arms, all=True)).get(rule_no, Tally())


def of_clinic(place: Place, now: datetime, rules: Mapping[int, Numbered]) -> Judged:
    """The same of one clinic, and what is accepted on which of its machines; still one query."""
    clinic = next(iter(place.clinics or ()))
    n = ("n", "kept", "left", "z0", "z1")
    machines = accepted.rows(place, now, rules).annotate(
        kind=Value(_MACHINE), no=Value(0), z0=Value(0), z1=Value(0)
    )
    arms = [*_less(place, now), machines.values_list("kind", "no", *n)]
    rows = list(_counted(place).union(*arms, all=True))
    held = [Accepting(clinic, *row[2:5]) for row in rows if row[0] == _MACHINE]
    return Judged(_tallies(row for row in rows if row[0] != _MACHINE), held)


def _less(place: Place, now: datetime) -> list[QuerySet[Any, tuple[int, ...]]]:
    return [_gone(place), _stale(place, now), _accepted(place, now)]


def _tallies(rows: Iterable[tuple[int, ...]]) -> dict[int, Tally]:
    found: dict[int, Tally] = {}
    for kind, rule_no, *n in sorted(rows):
        found[rule_no] = _with(found.get(rule_no, Tally()), kind, n)
    return {rule_no: one for rule_no, one in found.items() if one != Tally()}


def _with(tally: Tally, kind: int, n: list[int]) -> Tally:
    """A tally with one row of the union in it."""
    if kind == _STALE:
        return replace(tally, proven=tally.proven - n[0], stale=n[0])
    if kind == _ACCEPTED:
        return tally.accepting(n[1])
    passing, failing, error, unknown, outside = n if kind == _COUNTED else (-one for one in n)
    return tally + Tally(passing, failing, error, unknown, 0, outside)


def _counted(place: Place) -> QuerySet[ClinicRule, tuple[int, ...]]:
    rows = ClinicRule.objects.at(place).order_by().values("rule_no")
    sums = {f"s{column[1:]}": Sum(column) for column in _VERDICTS}
    return rows.annotate(kind=Value(_COUNTED), **sums).values_list("kind", "rule_no", *sums)


def _gone(place: Place) -> QuerySet[RuleState, tuple[int, ...]]:
    """What is held of machines that have ended or are not approved."""
    gone = Machine.objects.at(place).filter(state__in=UNCOUNTED)
    sums = {
        f"s{column[1:]}": Count("machine_id", filter=Q(verdict=verdict))
        for column, verdict in _VERDICTS.items()
    }
    rows = _states(place, gone).values("rule_no").annotate(kind=Value(_GONE), **sums)
    return rows.values_list("kind", "rule_no", *sums)


def _stale(place: Place, now: datetime) -> QuerySet[RuleState, tuple[int, ...]]:
    """What passes on machines that are silent."""
    unheard = approved(place).filter(silent(now))
    rows = _states(place, unheard).filter(verdict=Verdict.PASS).values("rule_no")
    n = {"s_pass": Count("machine_id"), **{f"z{no}": Value(0) for no in range(4)}}
    return rows.annotate(kind=Value(_STALE), **n).values_list("kind", "rule_no", *n)


def _accepted(place: Place, now: datetime) -> QuerySet[Shield, tuple[int, ...]]:
    rows = accepted.counted(place, now).values("rule_no")
    n = {"z0": Value(0), "s_fail": Count("machine_id"), **{f"z{no}": Value(0) for no in (1, 2, 3)}}
    return rows.annotate(kind=Value(_ACCEPTED), **n).values_list("kind", "rule_no", *n)


def _states(place: Place, machines: QuerySet[Machine]) -> QuerySet[RuleState]:
    ids = machines.order_by().values("id")
    return RuleState.objects.at(Place(place.org)).filter(machine_id__in=ids).order_by()


@dataclass(frozen=True, slots=True)
class Failing:
    """On how many machines each rule fails, in a whole place, and in some of its clinics."""

    whole: Counter[int]
    by_clinic: dict[UUID, Counter[int]]


def failing(place: Place, clinics: Collection[UUID]) -> Failing:
    """On how many machines that count each rule fails; one query for the place and the clinics."""
    everywhere = Value(None, output_field=UUIDField())
    kept = ClinicRule.objects.at(place).filter(n_fail__gt=0).order_by()
    machines = Machine.objects.at(place).filter(state__in=UNCOUNTED)
    gone = _states(place, machines).filter(verdict=Verdict.FAIL)
    whole = kept.values("rule_no").annotate(at=everywhere, n=Sum("n_fail"))
    less = gone.values("rule_no").annotate(at=everywhere, n=-Count("machine_id"))
    here = kept.filter(clinic_id__in=clinics).annotate(at=F("clinic_id"), n=F("n_fail"))
    lost = gone.filter(clinic_id__in=clinics).values("clinic_id", "rule_no")
    lost_here = lost.annotate(at=F("clinic_id"), n=-Count("machine_id"))
    columns = ("at", "rule_no", "n")
    arms = [one.values_list(*columns) for one in (whole, less, here, lost_here)]
    found = Failing(Counter(), {})
    for clinic, rule_no, n in arms[0].union(*arms[1:], all=True):
        into = found.whole if clinic is None else found.by_clinic.setdefault(clinic, Counter())
        into[rule_no] += n
    return found
