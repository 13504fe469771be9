"""Does a waiver that holds accept anything now? If not, somebody should look at it, and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from controller.findings.models import RuleState, Shield
from controller.fleet.queries import ENDED
from controller.policy.models import Rule, Waiver
from controller.policy.queries import every
from controller.policy.waivers import Standing, standing
from controller.tenants.scope import Place
from rules.verdict import Verdict

_MOST = 5000


@dataclass(frozen=True, slots=True)
class Use:
    """On how many machines a waiver accepts a failure now, and what is the matter where on none."""

    n: int
    why: str = ""


def shields(place: Place, now: datetime) -> QuerySet[Shield]:
    """What waivers accept at an instant, on machines that have not ended."""
    held = Shield.objects.at(place).filter(since_at__lte=now, until_at__gt=now)
    return held.exclude(machine__state__in=ENDED)


def of_machine(place: Place, machine_id: UUID, now: datetime) -> dict[int, Waiver]:
    """The waivers that accept failures of one machine now, by the rule's number."""
    held = shields(place, now).filter(machine_id=machine_id)
    return {one.rule_no: one.waiver for one in held.select_related("waiver__clinic")}


def uses(place: Place, waivers: Iterable[Waiver], now: datetime) -> dict[UUID, Use]:
    """What the waivers of these that hold now are of use for."""
    holding = [one for one in waivers if standing(one, now) is Standing.ACTIVE]
    counted = shields(place, now).order_by().values_list("waiver_id").annotate(n=Count("rule_no"))
    of_use = dict(counted)
    idle = [one for one in holding if one.id not in of_use]
    whys = _whys(place, idle) if idle else {}
    return {one.id: Use(of_use.get(one.id, 0), whys.get(one.id, "")) for one in holding}


def _whys(place: Place, idle: list[Waiver]) -> dict[UUID, str]:
    names = _names(place)
    numbers = {
        no: (pack, name)
        for no, pack, name in Rule.objects.at(place).values_list("rule_no", "pack", "name")
    }
    wanted = {(one.pack, name) for one in idle for name in names.get((one.pack, one.rule), ())}
    failing = _failing(place, [no for no, key in numbers.items() if key in wanted])
    return {one.id: _why(one, names, numbers, failing) for one in idle}


def _failing(place: Place, numbers: list[int]) -> Counter[tuple[object, ...]]:
    """Where these rules fail: clinic, rule, machine, site and role of each machine."""
    rows = RuleState.objects.at(place).filter(rule_no__in=numbers, verdict=Verdict.FAIL)
    # Said again in the words of the index of what does not pass.
    rows = (
        rows.exclude(verdict=Verdict.PASS)
        .exclude(machine__state__in=ENDED)
        .order_by("clinic_id", "rule_no")
    )
    columns = ("clinic_id", "rule_no", "machine_id", "machine__site_id", "machine__role")
    return Counter(rows.values_list(*columns)[:_MOST])


def _why(
    waiver: Waiver,
    names: dict[tuple[str, str], set[str]],
    numbers: dict[int, tuple[str, str]],
    failing: Counter[tuple[object, ...]],
) -> str:
    ours = names.get((waiver.pack, waiver.rule))
    if ours is None:
        return f"there is no rule {waiver.rule} any more"
    for clinic, no, machine, site, role in failing:
        in_scope = (
            clinic == waiver.clinic_id
            and waiver.machine_id in (None, machine)
            and waiver.site_id in (None, site)
            and waiver.role in ("", role)
        )
        if in_scope and isinstance(no, int) and numbers[no] in {(waiver.pack, n) for n in ours}:
            return "what fails there is not all as it says, or another waiver holds longer"
    return f"{waiver.rule} fails nowhere there"


def _names(place: Place) -> dict[tuple[str, str], set[str]]:
    """By pack and rule id, the ids that carry it on in the newest version of the pack."""
    newest = {pack.pack: pack for pack in reversed(every(place))}
    found: dict[tuple[str, str], set[str]] = {}
    for pack in newest.values():
        for rule in pack.rules:
            for name in (rule.id, *rule.replaces):
                found.setdefault((pack.pack, name), set()).add(rule.id)
    return found
