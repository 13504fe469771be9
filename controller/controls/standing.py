"""How does a clinic stand against each control, part by part?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, Q

from controller.controls import checks, mapped, overseen, registered
from controller.controls.catalogue import Control, catalogue
from controller.controls.overseen import Desk
from controller.controls.parts import NEVER, Judged, Part, Shown, shown
from controller.findings import counts, history
from controller.fleet.models import Machine, MachineState
from controller.fleet.silence import LOST
from controller.oversight import book
from controller.paperwork import queries as paperwork
from controller.paperwork.binder import Binder, binder
from controller.paperwork.queries import Asked
from controller.people import queries as people
from controller.policy import queries as policy
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from rules.compiled.rule import Rule
from rules.verdict import Verdict


def of_clinic(clinic: Clinic, now: datetime) -> list[Shown]:
    """Every control of the release with its parts; as many queries for any clinic."""
    place = Place(clinic.org_id).clinic(clinic.id)
    shelf = policy.at_hand(place)
    judged, described = _judged(place, now), _rules(shelf)
    held = paperwork.on_file(clinic, shelf)
    asked = paperwork.standings(clinic, now, held)
    numbers, today = _looked_at(clinic, judged, now), paperwork.today(clinic, now).day
    own = _Own(numbers, held, Desk(clinic, book.kept(place), now), today)
    return [
        shown(control, list(_parts(control, judged, described, asked, own)))
        for control in catalogue().controls
    ]


def as_of(clinic: Clinic, at: datetime, now: datetime) -> list[Shown]:
    """The same as it was known at a past moment, waivers left aside.

    What the controller itself checks is not kept by day: it is of now, and says so.
    """
    place = Place(clinic.org_id).clinic(clinic.id)
    held = binder(place, policy.at_hand(place), at)
    judged = _judged_then(place, at)
    asked = paperwork.standings(clinic, at, held)
    numbers, today = _looked_at(clinic, judged, now), paperwork.today(clinic, at).day
    own = _Own(numbers, held, Desk(clinic, book.kept(place, at), at), today)
    described = _rules(held.shelf)
    return [
        shown(control, [_dated(one) for one in _parts(control, judged, described, asked, own)])
        for control in catalogue().controls
    ]


@dataclass(frozen=True, slots=True)
class _Own:
    """What the controller looks at by itself: its numbers, registers, and what people said."""

    numbers: checks.Clinic
    held: Binder
    desk: Desk
    today: date

    def parts(self, control: Control) -> Iterable[Part]:
        """What it finds of a control that it is to check."""
        if "C" in control.mode:
            found = checks.part(control.id, self.numbers)
            on_file = registered.part(control.id, self.held, self.today)
            said = overseen.part(control.id, self.desk)
            seen = mapped.by_machines(control.id, self.held)
            yield from (one for one in (found, on_file, said, seen) if one is not None)


def _dated(part: Part) -> Part:
    if part.name != checks.CONTROLLER:
        return part
    return replace(part, words=f"{part.words} Looked at when this was made, not at that time.")


def _parts(
    control: Control,
    judged: dict[int, Judged],
    described: dict[int, Rule],
    asked: list[Asked],
    own: _Own,
) -> Iterable[Part]:
    for rule_no, rule in described.items():
        how = judged.get(rule_no)
        if how is not None and control.id in rule.controls:
            yield Part("rule", rule.title, how.state, how.words, rule_no)
    for one in asked:
        if control.id in one.kind.controls:
            yield _statement(one)
    yield from own.parts(control)


def _statement(one: Asked) -> Part:
    """A statement is what a person said, and is never shown like a measurement."""
    about = f"{one.kind.title}: {one.subject.name}" if one.subject.name else one.kind.title
    if one.newest is None:
        words = NEVER
    else:
        words = f"stated by {one.newest.signed_by}, done {one.newest.performed_on:%Y-%m-%d}"
    if one.standing.until and one.newest is not None:
        words += f", until {one.standing.until:%Y-%m-%d}"
    return Part("statement", about, one.standing.state.value, words)


def _rules(shelf: policy.Shelf) -> dict[int, Rule]:
    """The rules of the org by number, each as the newest pack at hand has it."""
    newest = shelf.newest
    return {
        number: newest[row.pack, row.name]
        for number, row in shelf.rules.items()
        if (row.pack, row.name) in newest
    }


def _judged(place: Place, now: datetime) -> dict[int, Judged]:
    """How the approved machines of a place stand on each rule that any of them judged."""
    return {
        number: Judged(
            proven=one.proven,
            failing=one.failing,
            error=one.error,
            unknown=one.unknown,
            stale=one.stale,
            accepted=one.accepted,
            not_applicable=one.not_applicable,
        )
        for number, one in counts.by_rule(place, now).items()
    }


def _judged_then(place: Place, at: datetime) -> dict[int, Judged]:
    """How the machines that were there stood on each rule, as it was known at that moment."""
    waiting = (MachineState.PENDING, MachineState.QUARANTINED)
    machines = list(history.present(place, at).exclude(state__in=waiting))
    found: dict[int, Counter[str]] = {}
    for one in history.then(place, machines, at, "known"):
        for rule_no, verdict in one.verdicts.items():
            is_stale = verdict == Verdict.PASS and one.doubt
            found.setdefault(rule_no, Counter())["stale" if is_stale else verdict] += 1
    return {
        rule_no: Judged(
            proven=count[Verdict.PASS],
            failing=count[Verdict.FAIL],
            error=count[Verdict.ERROR],
            unknown=count[Verdict.UNKNOWN],
            stale=count["stale"],
            not_applicable=count[Verdict.NOT_APPLICABLE],
        )
        for rule_no, count in found.items()
    }


def _looked_at(clinic: Clinic, judged: dict[int, Judged], now: datetime) -> checks.Clinic:
    """What the controller's own checks look at; two queries."""
    place = Place(clinic.org_id).clinic(clinic.id)
    counted = Q(state=MachineState.ACTIVE)
    heard, retired = counted & Q(reported_at__isnull=False), Q(state=MachineState.RETIRED)
    numbers = Machine.objects.at(place).aggregate(
        machines=Count("id", filter=counted),
        lost=Count("id", filter=counted & Q(seen_at__lte=now - LOST)),
        clocks_wrong=Count("id", filter=heard & Q(clock_trust="skewed")),
        clocks_unset=Count("id", filter=heard & Q(clock_trust__in=("unset", ""))),
        rules_unsigned=Count("id", filter=heard & Q(policy_state="builtin")),
        rules_old=Count("id", filter=heard & Q(policy_state__in=("stale", "expired"))),
        ended=Count("id", filter=retired & Q(visitor__isnull=True)),
        ended_unrecorded=Count("id", filter=retired & Q(visitor__isnull=True, disposal="")),
    )
    users = people.factors(place)
    return checks.Clinic(
        **numbers,
        people=len(users),
        without_factor=sum(not has_one for has_one in users.values()),
        failing=sum(one.failing for one in judged.values()),
        idle_minutes=clinic.org.idle_minutes,
    )
