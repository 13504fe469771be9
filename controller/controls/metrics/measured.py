"""What do the machines themselves say: encrypted, exposed, fixed, heard, and stated in time?

Each figure has its n and counts the open cases: no median or share leaves them out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models.functions import Coalesce

from controller.controls.metrics.base import Asked, p90
from controller.findings.models import Finding, RuleSpan
from controller.findings.scores import percent
from controller.fleet import queries as fleet
from controller.fleet.models import FactsNow
from controller.paperwork import queries as paperwork
from controller.policy import queries as policy
from controller.tenants.scope import Place
from rules.counted import counted
from rules.verdict import Verdict

_HOUR = timedelta(hours=1)
_MOST_SPANS = 20_000


def encryption(asked: Asked) -> str:
    """By volume, not by machine; what is unknown is not protected."""
    told: list[bool] = []
    silent = 0
    rows = FactsNow.objects.at(asked.place).filter(machine__in=fleet.approved(asked.place))
    for facts in rows.select_related("machine__visitor"):
        holding = list(_holding(facts.document.get("volumes")))
        if fleet.is_silent(facts.machine, asked.now):
            silent += len(holding)
        told += [one and not fleet.is_silent(facts.machine, asked.now) for one in holding]
    if not told:
        return "No disk is known to hold images: no imaging folder was declared or found on one."
    held = counted(len(told), "volume that holds images", "volumes that hold images")
    share = f"{sum(told):,} of {held} protected ({percent(sum(told), len(told))} %)"
    return f"{share}; {silent:,} of them on silent machines."


def _holding(envelope: Any) -> Iterable[bool]:  # noqa: ANN401 - a fact as it left the machine
    """Of each volume that holds images, or may: is it protected?"""
    value = envelope.get("value") if isinstance(envelope, dict) else None
    items = value.get("$items", []) if isinstance(value, dict) else value
    for volume in items if isinstance(items, list) else ():
        if isinstance(volume, dict) and volume.get("holds_imaging") is not False:
            yield volume.get("protection") == "protected"


def exposure(asked: Asked) -> str:
    """Hours since we first knew, of files that are exposed now; one that is gone counts no more."""
    found = Finding.objects.at(asked.place).filter(known_to__isnull=True)
    found = found.filter(machine__in=fleet.approved(asked.place)).order_by()
    hours = [(asked.now - at) // _HOUR for at in found.values_list("known_from", flat=True)]
    longest = f", the longest {max(hours):,} h" if hours else ""
    return f"{sum(hours):,} file-hours over {len(hours):,} open files{longest}."


def freshness(asked: Asked) -> str:
    rows = paperwork.standings(asked.clinic, asked.now, asked.file)
    fresh = sum(one.standing.state != "expired" for one in rows)
    return (
        f"{fresh:,} of {counted(len(rows), 'statement')} in date ({percent(fresh, len(rows))} %)."
    )


def time_to_fix(asked: Asked) -> str:
    """From where a failure began to its end, by the machines' times; open ones by their age."""
    severity = {number: row.severity for number, row in asked.file.shelf.rules.items()}
    # By the machines of the clinic, whose ids lead the index; the time is hidden from the planner,
    # which would rather walk everything that the org ever reported, the newest first.
    ours = fleet.machines(asked.place).order_by().values("id")
    spans = RuleSpan.objects.at(Place(asked.place.org)).filter(verdict=Verdict.FAIL)
    spans = spans.filter(machine_id__in=ours).alias(begun=Coalesce("known_from", "known_from"))
    rows = spans.order_by("-begun").values_list("rule_no", "observed_from", "observed_to")
    found = list(rows[: _MOST_SPANS + 1])
    told = [
        f"{word}: {_fixed([one[1:] for one in found if severity.get(one[0]) == word], asked.now)}"
        for word in policy.SEVERITIES
        if any(severity.get(one[0]) == word for one in found)
    ]
    cut = f" Of the newest {_MOST_SPANS:,} failures." if len(found) > _MOST_SPANS else ""
    return f"{'; '.join(told) or 'No failure is known'}.{cut}"


def _fixed(rows: list[tuple[datetime, datetime | None]], now: datetime) -> str:
    day = timedelta(days=1)
    fixed = [(to - since) / day for since, to in rows if to is not None]
    ages = [(now - since) / day for since, to in rows if to is None]
    still = f"{len(ages):,} open, the oldest {max(ages):.0f} days" if ages else "none open"
    if not fixed:
        return f"0 ended, {still}"
    spread = f"median {median(fixed):.1f} days, p90 {p90(fixed):.1f} days"
    return f"{spread} of {len(fixed):,} ended, {still}"


def coverage(asked: Asked) -> str:
    one = asked.standing
    if one is None:
        return "No computer has joined yet."
    share = f"{one.reporting} of {one.machines} enrolled machines within their allowance"
    return (
        f"{share} ({percent(one.reporting, one.machines)} %); {one.silent} silent, {one.lost} lost."
    )
