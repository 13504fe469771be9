"""What is wrong now, in whose house, and since when?

Counts come from the rows that intake keeps beside the states (`machine`, `clinic_rule`), so a
page costs by what it shows and not by how many machines there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from controller.findings.models import ClinicRule, EvidenceGap, Finding, RuleSpan, RuleState
from controller.findings.scores import Tally
from controller.fleet.models import Machine
from controller.fleet.queries import ENDED, machines, silent
from controller.tenants.scope import Place
from rules.verdict import Verdict

# The rank of a machine's worst failure from which somebody must act: high, and critical above it.
URGENT = 3


@dataclass(frozen=True, slots=True)
class Policy:
    """By which rules some machines are judged, and how many do."""

    policy_state: str
    pack_version: str
    n: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the machines of a clinic stand.

    `urgent`: how many have a critical or high failure; `oldest_at`: the oldest last contact.
    """

    clinic: UUID
    machines: int
    silent: int
    waiting: int
    findings: int
    worst: int
    urgent: int
    tally: Tally
    oldest_at: datetime | None
    policies: tuple[Policy, ...]

    @property
    def reporting(self) -> int:
        """Machines that have reported and are not overdue."""
        return self.machines - self.silent - self.waiting

    def __add__(self, other: Self) -> Self:
        contacts = [at for at in (self.oldest_at, other.oldest_at) if at is not None]
        return type(self)(
            clinic=self.clinic,
            machines=self.machines + other.machines,
            silent=self.silent + other.silent,
            waiting=self.waiting + other.waiting,
            findings=self.findings + other.findings,
            worst=max(self.worst, other.worst),
            urgent=self.urgent + other.urgent,
            tally=self.tally + other.tally,
            oldest_at=min(contacts, default=None),
            policies=self.policies + other.policies,
        )


def standings(place: Place, now: datetime) -> list[Standing]:
    """How each clinic of a place stands that has a machine; one query however many there are."""
    is_silent = silent(now)
    rows = (
        machines(place)
        .order_by()
        .values("clinic_id", "policy_state", "pack_version")
        .annotate(
            machines=Count("id"),
            silent=Count("id", filter=is_silent),
            waiting=Count("id", filter=Q(reported_at__isnull=True)),
            urgent=Count("id", filter=Q(worst__gte=URGENT)),
            findings=_sum("n_findings"),
            worst=Max("worst"),
            oldest=Min("seen_at"),
            p=_sum("n_pass", ~is_silent),
            s=_sum("n_pass", is_silent),
            f=_sum("n_fail"),
            e=_sum("n_error"),
            u=_sum("n_unknown"),
            na=_sum("n_na"),
        )
    )
    found: dict[UUID, Standing] = {}
    for one in map(_standing, rows):
        found[one.clinic] = found[one.clinic] + one if one.clinic in found else one
    return list(found.values())


def _standing(row: Mapping[str, Any]) -> Standing:
    heard = row["machines"] - row["waiting"]
    return Standing(
        clinic=row["clinic_id"],
        machines=row["machines"],
        silent=row["silent"],
        waiting=row["waiting"],
        findings=row["findings"],
        worst=row["worst"] or 0,
        urgent=row["urgent"],
        tally=Tally(row["p"], row["f"], row["e"], row["u"], row["s"], row["na"]),
        oldest_at=row["oldest"],
        policies=(Policy(row["policy_state"], row["pack_version"], heard),) if heard else (),
    )


def policies(standings: Iterable[Standing]) -> list[Policy]:
    """By which rules the machines of several clinics are judged, and how many by each."""
    counts: Counter[tuple[str, str]] = Counter()
    for standing in standings:
        for one in standing.policies:
            counts[one.policy_state, one.pack_version] += one.n
    return [Policy(*key, n) for key, n in sorted(counts.items())]


def _sum(column: str, where: Q | None = None) -> Coalesce:
    return Coalesce(Sum(column, filter=where), Value(0))


def tally(machine: Machine, *, is_silent: bool) -> Tally:
    """The checks of one machine."""
    return Tally(
        proven=0 if is_silent else machine.n_pass,
        failing=machine.n_fail,
        error=machine.n_error,
        unknown=machine.n_unknown,
        stale=machine.n_pass if is_silent else 0,
        not_applicable=machine.n_na,
    )


def states(place: Place, machine_id: UUID) -> QuerySet[RuleState]:
    """What every rule says of a machine now."""
    return RuleState.objects.at(place).filter(machine_id=machine_id).order_by("rule_no")


def open_states(place: Place) -> QuerySet[RuleState]:
    """What does not pass in a place and applies, by rule and machine."""
    return (
        RuleState.objects.at(Place(place.org))
        .filter(
            machine_id__in=machines(place).order_by().values("id"),
            verdict__in=[Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN],
        )
        .select_related("machine")
        .order_by("rule_no", "machine__host")
    )


def by_rule(place: Place) -> list[dict[str, int]]:
    """For each rule, by `rule_no`: on how many machines of a place it has each verdict.

    Machines that have ended are in the rows, because their reports are; here they are taken out.
    """
    ended = _ended(place)
    rows = (
        ClinicRule.objects.at(place)
        .values("rule_no")
        .annotate(
            passing=Sum("n_pass"),
            failing=Sum("n_fail"),
            broken=Sum("n_error"),
            unread=Sum("n_unknown"),
            outside=Sum("n_na"),
        )
        .order_by("-failing", "rule_no")
    )
    found = [
        {
            "rule_no": row["rule_no"],
            **{
                verdict: row[column] - ended[row["rule_no"], verdict]
                for verdict, column in _SUMS.items()
            },
        }
        for row in rows
    ]
    return sorted(found, key=lambda one: -one[Verdict.FAIL])


_SUMS = {
    Verdict.PASS: "passing",
    Verdict.FAIL: "failing",
    Verdict.ERROR: "broken",
    Verdict.UNKNOWN: "unread",
    Verdict.NOT_APPLICABLE: "outside",
}


def _ended(place: Place) -> Counter[tuple[int, str]]:
    """By rule and verdict, what is held of machines that have ended."""
    gone = Machine.objects.at(place).filter(state__in=ENDED).order_by().values("id")
    held = RuleState.objects.at(Place(place.org)).filter(machine_id__in=gone)
    rows = held.order_by().values("rule_no", "verdict").annotate(n=Count("machine_id"))
    return Counter({(row["rule_no"], row["verdict"]): row["n"] for row in rows})


def proven_on(place: Place, rule_no: int, now: datetime) -> int:
    """On how many machines a rule passes that still report."""
    return (
        RuleState.objects.at(Place(place.org))
        .filter(
            machine_id__in=machines(place).exclude(silent(now)).order_by().values("id"),
            rule_no=rule_no,
            verdict=Verdict.PASS,
        )
        .count()
    )


def open_findings(place: Place, host: str | None = None) -> QuerySet[Finding]:
    """Files that lie readable now or are not shown not to, the newest first; of one host or all."""
    found = Finding.objects.at(place).filter(known_to__isnull=True)
    found = found.exclude(machine__state__in=ENDED)
    return (
        (found.filter(machine__host=host) if host else found)
        .select_related("machine", "clinic")
        .order_by("-known_from", "finding_id")
    )


def changes(place: Place, since: datetime) -> QuerySet[RuleSpan]:
    """Verdicts that became known after `since`, the newest first, each with the one `before`.

    A first verdict is no change.
    """
    earlier = RuleSpan.objects.at(Place(place.org)).filter(
        machine_id=OuterRef("machine_id"),
        rule_no=OuterRef("rule_no"),
        observed_from__lt=OuterRef("observed_from"),
    )
    return (
        RuleSpan.objects.at(place)
        .filter(known_from__gt=since)
        .annotate(before=Subquery(earlier.order_by("-observed_from").values("verdict")[:1]))
        .filter(before__isnull=False)
        .select_related("machine__clinic")
        .order_by("-known_from", "machine_id", "rule_no")
    )


def gaps(place: Place, machine_id: UUID) -> QuerySet[EvidenceGap]:
    """Where a machine's chain lacks reports, the newest first."""
    return EvidenceGap.objects.at(place).filter(machine_id=machine_id).order_by("-known_to")
