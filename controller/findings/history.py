"""How was it on that day, and what did we know then?

Two questions that an auditor keeps apart. *As it was* goes by the machines' own times: what held
at that moment, as we know by now. *As we knew it* goes by receipt: what this controller could have
told that day. Both are one query over the spans.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from controller.findings.models import RuleSpan
from controller.tenants.scope import Place


def as_it_was(place: Place, at: datetime) -> QuerySet[RuleSpan]:
    """The verdicts that held at this moment, as is known by now; at most one a rule."""
    return RuleSpan.objects.at(place).filter(_open("observed", at))


def as_we_knew_it(place: Place, at: datetime) -> QuerySet[RuleSpan]:
    """The verdicts that were the newest known at this moment; at most one a rule."""
    return RuleSpan.objects.at(place).filter(_open("known", at))


def _open(times: str, at: datetime) -> Q:
    begun = Q(**{f"{times}_from__lte": at})
    return begun & (Q(**{f"{times}_to__gt": at}) | Q(**{f"{times}_to": None}))
