"""What is wrong now, in whose house, and since when?

Counts come from the rows that intake keeps beside the states (`machine`, `clinic_rule`), so a
page costs by what it shows and not by how many machines there are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from controller.findings import accepted
from controller.findings.models import EvidenceGap, Finding, RuleState
from controller.findings.scores import Tally
from controller.fleet.models import Machine, MachineState
from controller.fleet.queries import ENDED, approved, machines, silent
from controller.fleet.silence import LOST
from controller.tenants.scope import Place
from rules.verdict import Verdict

CRITICAL, HIGH = 4, 3
"""The ranks of a machine's worst failure at which somebody must act."""


@dataclass(frozen=True, slots=True)
class Policy:
    """By which rules some machines are judged, and how many do."""

    policy_state: str
    pack_version: str
    n: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the machines of a clinic stand.

    `critical`, `high`: on how many a failure of that weight is the worst; `oldest_at`: the oldest
    last contact. `unapproved` machines wait for a person or are in quarantine: they are enrolled,
    and nothing of them is counted besides.
    """

    clinic: UUID
    machines: int
    unapproved: int
    silent: int
    lost: int
    waiting: int
    findings: int
    worst: int
    critical: int
    high: int
    tally: Tally
    oldest_at: datetime | None
    policies: tuple[Policy, ...]

    @property
    def reporting(self) -> int:
        """Machines that have reported and are not overdue."""
        return self.approved - self.silent - self.waiting

    @property
    def approved(self) -> int:
        """Machines that count."""
        return self.machines - self.unapproved

    @property
    def urgent(self) -> int:
        """Machines with a critical or high failure."""
        return self.critical + self.high

    def __add__(self, other: Self) -> Self:
        contacts = [at for at in (self.oldest_at, other.oldest_at) if at is not None]
        return type(self)(
            clinic=self.clinic,
            machines=self.machines + other.machines,
            unapproved=self.unapproved + other.unapproved,
            silent=self.silent + other.silent,
            lost=self.lost + other.lost,
            waiting=self.waiting + other.waiting,
            findings=self.findings + other.findings,
            worst=max(self.worst, other.worst),
            critical=self.critical + other.critical,
            high=self.high + other.high,
            tally=self.tally + other.tally,
            oldest_at=min(contacts, default=None),
            policies=self.policies + other.policies,
        )


def standings(
    place: Place, now: datetime, held: Counter[tuple[UUID, int]] | None = None
) -> list[Standing]:
    """How each clinic of a place stands that has a machine; as many queries however many there are.

    `held` is what `accepted.counted` said, where whoever asks has asked that already.
    What is accepted is no open failure: it makes no machine critical, and no clinic the worst.
    """
    counts, is_silent = Q(state=MachineState.ACTIVE), silent(now)
    heard = counts & ~is_silent
    waived = accepted.by_clinic(accepted.counted(place, now) if held is None else held)
    as_kept = counts & ~Q(id__in=accepted.machines(place, now)) if waived else counts
    rows = (
        machines(place)
        .order_by()
        .values("clinic_id", "policy_state", "pack_version")
        .annotate(
            machines=Count("id"),
            approved=Count("id", filter=counts),
            silent=Count("id", filter=counts & is_silent),
            lost=Count("id", filter=counts & is_silent & Q(seen_at__lte=now - LOST)),
            waiting=Count("id", filter=counts & Q(reported_at__isnull=True)),
            critical=Count("id", filter=as_kept & Q(worst=CRITICAL)),
            high=Count("id", filter=as_kept & Q(worst=HIGH)),
            findings=_sum("n_findings", counts),
            worst=Max("worst", filter=as_kept),
            oldest=Min("seen_at", filter=counts),
            p=_sum("n_pass", heard),
            s=_sum("n_pass", counts & is_silent),
            f=_sum("n_fail", counts),
            e=_sum("n_error", counts),
            u=_sum("n_unknown", counts),
            na=_sum("n_na", counts),
        )
    )
    found: dict[UUID, Standing] = {}
    for one in map(_standing, rows):
        found[one.clinic] = found[one.clinic] + one if one.clinic in found else one
    left = accepted.worst(place, now) if waived else {}
    return [_accepting(one, waived[one.clinic], left.get(one.clinic)) for one in found.values()]


def _accepting(standing: Standing, n: int, left: Counter[int] | None) -> Standing:
    """The same with `n` failures accepted; `left` is what is worst where something is accepted."""
    ranks = left or Counter()
    return replace(
        standing,
        tally=standing.tally.accepting(n),
        worst=max([standing.worst, *ranks]),
        critical=standing.critical + ranks[CRITICAL],
        high=standing.high + ranks[HIGH],
    )


def _standing(row: Mapping[str, Any]) -> Standing:
    heard = row["approved"] - row["waiting"]
    return Standing(
        clinic=row["clinic_id"],
        machines=row["machines"],
        unapproved=row["machines"] - row["approved"],
        silent=row["silent"],
        lost=row["lost"],
        waiting=row["waiting"],
        findings=row["findings"],
        worst=row["worst"] or 0,
        critical=row["critical"],
        high=row["high"],
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


def tally(machine: Machine, *, is_silent: bool, accepted: int = 0) -> Tally:
    """The checks of one machine, so many failures of which are accepted."""
    counted = Tally(
        proven=0 if is_silent else machine.n_pass,
        failing=machine.n_fail,
        error=machine.n_error,
        unknown=machine.n_unknown,
        stale=machine.n_pass if is_silent else 0,
        not_applicable=machine.n_na,
    )
    return counted.accepting(accepted)


def states(place: Place, machine_id: UUID) -> QuerySet[RuleState]:
    """What every rule says of a machine now."""
    return RuleState.objects.at(place).filter(machine_id=machine_id).order_by("rule_no")


def open_states(place: Place, now: datetime) -> QuerySet[RuleState]:
    """What does not pass in a place, applies and is not accepted, by rule and machine."""
    found = RuleState.objects.at(Place(place.org)).filter(
        machine_id__in=approved(place).order_by().values("id"),
        verdict__in=[Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN],
    )
    found = accepted.without(found, place, now)
    return found.select_related("machine").order_by("rule_no", "machine__host")


def proven_on(place: Place, rule_no: int, now: datetime) -> int:
    """On how many machines a rule passes that still report."""
    return (
        RuleState.objects.at(Place(place.org))
        .filter(
            machine_id__in=approved(place).exclude(silent(now)).order_by().values("id"),
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


def gaps(place: Place, machine_id: UUID) -> QuerySet[EvidenceGap]:
    """Where a machine's chain lacks reports, the newest first."""
    return EvidenceGap.objects.at(place).filter(machine_id=machine_id).order_by("-known_to")
