"""On how many machines has each rule each verdict? From the counts that intake keeps.

Machines that have ended or are not approved are in those counts, because their reports are; here
they are taken out.
"""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Sum

from controller.findings.models import ClinicRule, RuleState
from controller.fleet.models import Machine, MachineState
from controller.fleet.queries import ENDED
from controller.tenants.scope import Place
from rules.verdict import Verdict

_UNCOUNTED = (*ENDED, MachineState.PENDING, MachineState.QUARANTINED)


def by_rule(place: Place) -> list[dict[str, int]]:
    """For each rule, by `rule_no`: on how many machines of a place it has each verdict."""
    ended = _uncounted(place)
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


def _uncounted(place: Place) -> Counter[tuple[int, str]]:
    """By rule and verdict, what is held of machines that have ended or are not approved."""
    gone = Machine.objects.at(place).filter(state__in=_UNCOUNTED).order_by().values("id")
    held = RuleState.objects.at(Place(place.org)).filter(machine_id__in=gone)
    rows = held.order_by().values("rule_no", "verdict").annotate(n=Count("machine_id"))
    return Counter({(row["rule_no"], row["verdict"]): row["n"] for row in rows})


def failing(place: Place, clinics: Collection[UUID]) -> dict[tuple[UUID, int], int]:
    """On how many machines a rule fails, by clinic and rule; where none fails there is no entry."""
    gone = Machine.objects.at(place).filter(state__in=_UNCOUNTED, clinic_id__in=clinics)
    held = RuleState.objects.at(Place(place.org)).filter(
        machine_id__in=gone.order_by().values("id"), verdict=Verdict.FAIL
    )
    left_out = Counter(held.values_list("clinic_id", "rule_no"))
    rows = ClinicRule.objects.at(place).filter(clinic_id__in=clinics, n_fail__gt=0)
    counted = {
        (clinic, rule_no): n - left_out[clinic, rule_no]
        for clinic, rule_no, n in rows.values_list("clinic_id", "rule_no", "n_fail")
    }
    return {key: n for key, n in counted.items() if n > 0}
