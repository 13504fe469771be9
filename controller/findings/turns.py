"""What has become known lately: which rules say something else, and of which machines?"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from controller.findings.models import RuleSpan
from controller.tenants.scope import Place
from rules.verdict import Verdict

_OF_CLINIC = ("machine__clinic__name", "machine__clinic__slug")


def changes(place: Place, since: datetime) -> QuerySet[RuleSpan]:
    """Verdicts that became known after `since`, the newest first, each with the one `before`.

    A first verdict is no change. Of the machine come its name and its clinic's.
    """
    earlier = _earlier(place)
    return (
        RuleSpan.objects.at(place)
        .filter(known_from__gt=since)
        .annotate(before=Subquery(earlier.order_by("-observed_from").values("verdict")[:1]))
        .filter(before__isnull=False)
        .select_related("machine__clinic")
        .only("rule_no", "verdict", "known_from", "machine__host", *_OF_CLINIC)
        .order_by("-known_from", "machine_id", "rule_no")
    )


def worsened(place: Place, since: datetime) -> Counter[UUID]:
    """How many checks of each clinic began to fail, as became known after `since`."""
    failed = RuleSpan.objects.at(place).filter(known_from__gt=since, verdict=Verdict.FAIL)
    rows = (
        failed.filter(Exists(_earlier(place)), known_to__isnull=True)
        .order_by()
        .values("machine__clinic_id")
        .annotate(n=Count("rule_no"))
    )
    return Counter({row["machine__clinic_id"]: row["n"] for row in rows})


def _earlier(place: Place) -> QuerySet[RuleSpan]:
    return RuleSpan.objects.at(Place(place.org)).filter(
        machine_id=OuterRef("machine_id"),
        rule_no=OuterRef("rule_no"),
        observed_from__lt=OuterRef("observed_from"),
    )
