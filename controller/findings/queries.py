"""What is wrong now, in whose house, and since when?

Counts come from the rows that intake keeps beside the states (`machine`, `clinic_rule`), so a
page costs by what it shows and not by how many machines there are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from controller.findings import accepted, machine_counts
from controller.findings.accepted import Accepting
from controller.findings.models import EvidenceGap, Finding, RuleState
from controller.findings.scores import Tally
from controller.fleet.models import Machine, MachineState
from controller.fleet.queries import ENDED, Policy, added
from controller.policy import queries as policy
from controller.tenants.scope import Place
from rules.verdict import Verdict

CRITICAL, HIGH = machine_counts.RANKS["critical"], machine_counts.RANKS["high"]
"""The ranks of a machine's worst failure at which somebody must act."""
OPEN = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN)
"""What is said where a rule applies and is not proven."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the machines of a clinic stand.

    `ranks`: on how many machines the worst open failure has which rank, from 4 critical to 1 low;
    `oldest_at`: the oldest last contact. `unapproved` machines wait for a person or are in
    quarantine: they are enrolled, and nothing of them is counted besides.
    """

    clinic: UUID
    machines: int
    unapproved: int
    silent: int
    lost: int
    waiting: int
    findings: int
    ranks: Mapping[int, int]
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
    def worst(self) -> int:
        """The rank of the worst open failure; 0 for none."""
        return max(self.ranks, default=0)

    @property
    def critical(self) -> int:
        """On how many machines a critical failure is open."""
        return self.ranks.get(CRITICAL, 0)

    @property
    def high(self) -> int:
        """On how many machines a high failure is the worst."""
        return self.ranks.get(HIGH, 0)

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
            ranks=Counter(self.ranks) + Counter(other.ranks),
            tally=self.tally + other.tally,
            oldest_at=min(contacts, default=None),
            policies=self.policies + other.policies,
        )


def standings(
    place: Place, now: datetime, held: Iterable[Accepting] | None = None
) -> list[Standing]:
    """How each clinic of a place stands that has a machine: one query, however many there are.

    `held` is what is accepted there (`accepted.machines`), where whoever asks has it already.
    What is accepted is no open failure: it makes no machine critical, and no clinic the worst.
    """
    found: dict[UUID, Standing] = {}
    for one in map(_standing, machine_counts.rows(place, now)):
        found[one.clinic] = found[one.clinic] + one if one.clinic in found else one
    if held is None:
        held = accepted.machines(place, now, policy.rules(place))
    waived = accepted.by_clinic(held)
    return [_accepting(one, waived.get(one.clinic, [])) for one in found.values()]


def _accepting(standing: Standing, held: list[Accepting]) -> Standing:
    """The same with what is accepted on these machines: each is as bad as what is left of it."""
    if not held:
        return standing
    ranks = Counter(standing.ranks)
    ranks.subtract(one.kept for one in held)
    ranks.update(one.left for one in held)
    return replace(
        standing,
        tally=standing.tally.accepting(sum(one.n for one in held)),
        ranks={rank: n for rank, n in sorted(ranks.items()) if rank and n > 0},
    )


def _standing(row: Mapping[str, Any]) -> Standing:
    heard, stale = row["heard"], row["stale"]
    return Standing(
        clinic=row["clinic"],
        machines=row["machines"],
        unapproved=row["machines"] - row["approved"],
        silent=row["silent"],
        lost=row["lost"],
        waiting=row["waiting"],
        findings=row["sum_n_findings"],
        ranks={rank: row[word] for word, rank in machine_counts.RANKS.items() if row[word]},
        tally=Tally(
            proven=row["sum_n_pass"] - stale,
            failing=row["sum_n_fail"],
            error=row["sum_n_error"],
            unknown=row["sum_n_unknown"],
            stale=stale,
            not_applicable=row["sum_n_na"],
        ),
        oldest_at=row["oldest"],
        policies=(Policy(row["policy"], row["version"], heard),) if heard else (),
    )


def policies(standings: Iterable[Standing]) -> list[Policy]:
    """By which rules the machines of several clinics are judged, and how many by each."""
    return added(one for standing in standings for one in standing.policies)


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


@dataclass(frozen=True, slots=True)
class Named:
    """A machine on which a rule says something."""

    rule_no: int
    verdict: str
    id: UUID
    host: str


def unproven(place: Place) -> QuerySet[RuleState]:
    """What does not pass on the machines that count, said in the words of the index that holds it.

    It costs by what is wrong, and not by how many machines there are.
    """
    states = RuleState.objects.at(place).filter(machine__state=MachineState.ACTIVE)
    return states.filter(verdict__in=OPEN).exclude(verdict=Verdict.PASS)


def first_of(place: Place, now: datetime, rules: Collection[int], most: int) -> list[Named]:
    """By name the first machines on which these rules do not pass, `most` for each verdict.

    What does not apply, or is accepted, is left out; so are machines that are not approved.
    """
    found = unproven(place).filter(rule_no__in=rules)
    by_name = Window(
        RowNumber(), [F("rule_no"), F("verdict")], [F("machine__host"), F("machine_id")]
    )
    rows = accepted.without(found, place, now).annotate(nth=by_name).filter(nth__lte=most)
    named = rows.order_by("rule_no", "verdict", "nth")
    return [
        Named(*row)
        for row in named.values_list("rule_no", "verdict", "machine_id", "machine__host")
    ]


def saying(place: Place, rules: Collection[int], says: str, now: datetime) -> QuerySet[Any, UUID]:
    """The ids of the machines on which one of these rules says so, for use in a query.

    `says` is a verdict, failures that are accepted left out, or `waived` for just those.
    """
    if says == "waived":
        held = accepted.counted(place, now).filter(rule_no__in=rules)
        return held.values_list("machine_id", flat=True)
    found = RuleState.objects.at(place).filter(rule_no__in=rules, verdict=says)
    if says != Verdict.PASS:
        # Said again in the words of the index of what does not pass.
        found = found.exclude(verdict=Verdict.PASS)
    return accepted.without(found, place, now).values_list("machine_id", flat=True)


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
