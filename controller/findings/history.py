"""How was it on that day, and what did we know then?

Two questions that an auditor keeps apart. *As it was* goes by the machines' own times: what held
at that moment, as we know by now. *As we knew it* goes by receipt: what this controller could have
told that day. Both are one query over the spans.

- A machine is stale at a moment that lies within one of its contact gaps, or in the silence that
  lasts still. Nothing of it is proven then, whatever it said before.
- As we knew it while this controller was away nothing was known: no pass counts, against nobody.
- Of a time whose reports were erased nothing is proven any more.
- As it was at a moment of which reports are missing by the machine's own word, nothing is proven
  either. As we knew it, that word had not come yet.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from controller.findings import hush
from controller.findings.models import EvidenceGap, RuleSpan
from controller.findings.scores import Tally
from controller.fleet import absence
from controller.fleet.models import Machine
from controller.ledger.models import Horizon
from controller.tenants.scope import Place
from rules.verdict import Verdict

Times: TypeAlias = Literal["observed", "known"]
"""By the machines' own times, or by receipt."""


Doubt: TypeAlias = Literal["", "erased", "away", "silent", "missing"]
"""Why nothing is proven of a machine at a moment; what weighs most."""


@dataclass(frozen=True, slots=True)
class Then:
    """One machine at a moment: its verdicts by rule, and why they prove nothing, if they do not.

    `why` is what a silent machine said of it when it was back.
    """

    machine: UUID
    verdicts: dict[int, str]
    doubt: Doubt = ""
    why: str = ""

    @property
    def tally(self) -> Tally:
        """Its checks: a pass counts as proven where there is no doubt."""
        count = Counter(self.verdicts.values())
        passed = count[Verdict.PASS]
        return Tally(
            proven=0 if self.doubt else passed,
            failing=count[Verdict.FAIL],
            error=count[Verdict.ERROR],
            unknown=count[Verdict.UNKNOWN],
            stale=passed if self.doubt else 0,
            not_applicable=count[Verdict.NOT_APPLICABLE],
        )


def as_it_was(place: Place, at: datetime) -> QuerySet[RuleSpan]:
    """The verdicts that held at this moment, as is known by now; at most one a rule."""
    return RuleSpan.objects.at(place).filter(_open("observed", at))


def as_we_knew_it(place: Place, at: datetime) -> QuerySet[RuleSpan]:
    """The verdicts that were the newest known at this moment; at most one a rule."""
    return RuleSpan.objects.at(place).filter(_open("known", at))


def present(place: Place, at: datetime) -> QuerySet[Machine]:
    """The machines that belonged to a place at this moment, by name."""
    there = Machine.objects.at(place).filter(enrolled_at__lte=at)
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    return there.filter(not_ended).select_related("visitor").order_by("host", "id")


def was_present(machine: Machine, at: datetime) -> bool:
    """Did this machine belong to its place at this moment?"""
    is_ended = machine.ended_at is not None and machine.ended_at <= at
    return machine.enrolled_at <= at and not is_ended


def then(place: Place, machines: list[Machine], at: datetime, times: Times) -> list[Then]:
    """How these machines stood at a moment; as many queries however many they are."""
    return _then(place, _common(place, machines, at), at, times)


def both(place: Place, machines: list[Machine], at: datetime) -> tuple[list[Then], list[Then]]:
    """As it was, and as we knew it: what both go by is asked once."""
    common = _common(place, machines, at)
    return _then(place, common, at, "observed"), _then(place, common, at, "known")


@dataclass(frozen=True, slots=True)
class _Common:
    """Of these machines, who was silent at a moment and why, and whose reports are erased."""

    wanted: list[UUID]
    silent: dict[UUID, str]
    erased: set[UUID]


def _common(place: Place, machines: list[Machine], at: datetime) -> _Common:
    wanted = [one.id for one in machines]
    return _Common(wanted, _silent(place, machines, at), _erased(place, machines, at))


def _then(place: Place, common: _Common, at: datetime, times: Times) -> list[Then]:
    wanted = common.wanted
    verdicts: dict[UUID, dict[int, str]] = {one: {} for one in wanted}
    # By the org alone: the machines are the place's own, and their ids lead the index. The time is
    # hidden from the planner, which would rather walk all that began before it.
    spans = (
        RuleSpan.objects.at(Place(place.org))
        .filter(machine_id__in=wanted)
        .alias(begun=Coalesce(f"{times}_from", f"{times}_from"))
        .filter(_ends_after(times, at), begun__lte=at)
    )
    for machine, rule_no, verdict in spans.values_list("machine_id", "rule_no", "verdict"):
        verdicts[machine][rule_no] = verdict
    missing = _missing(place, wanted, at) if times == "observed" else set()
    doubts: dict[UUID, Doubt] = dict.fromkeys(missing, "missing")
    doubts |= dict.fromkeys(common.silent, "silent")
    if times == "known" and absence.outages(place, at, at):
        doubts |= dict.fromkeys(wanted, "away")
    doubts |= dict.fromkeys(common.erased, "erased")
    why = common.silent
    return [Then(one, verdicts[one], doubts.get(one, ""), why.get(one, "")) for one in wanted]


def _silent(place: Place, machines: list[Machine], at: datetime) -> dict[UUID, str]:
    """Those that were due and not heard, themselves or whoever visits them; and why, if told."""
    heard_by = {one.id: one.visitor_id for one in machines}
    asked = {*heard_by, *(one for one in heard_by.values() if one)}
    out = hush.reasons(place, asked, at)
    for one in machines:
        both = (one, one.visitor) if one.visitor else (one,)
        out |= {each.id: "" for each in both if each.due_by and each.due_by < at}
    return {
        one: out.get(one, out.get(visitor, "") if visitor else "")
        for one, visitor in heard_by.items()
        if one in out or visitor in out
    }


def _erased(place: Place, machines: list[Machine], at: datetime) -> set[UUID]:
    """Those whose reports of that time are erased, their own or their visitor's."""
    agents = {one.id: one.visitor_id or one.id for one in machines}
    gone = Horizon.objects.at(Place(place.org)).filter(machine_id__in=agents.values(), at__gt=at)
    held = set(gone.values_list("machine_id", flat=True))
    return {one for one, agent in agents.items() if agent in held}


def _missing(place: Place, machines: list[UUID], at: datetime) -> set[UUID]:
    """Those of which reports are missing by their own word, between two that are there."""
    gaps = EvidenceGap.objects.at(Place(place.org)).filter(machine_id__in=machines)
    within = gaps.filter(observed_from__lt=at, observed_to__gt=at)
    return set(within.values_list("machine_id", flat=True))


def _open(times: str, at: datetime) -> Q:
    return Q(**{f"{times}_from__lte": at}) & _ends_after(times, at)


def _ends_after(times: str, at: datetime) -> Q:
    return Q(**{f"{times}_to__gt": at}) | Q(**{f"{times}_to": None})
