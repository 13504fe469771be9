"""How does one clinic stand: one sentence for its owner, then what fails on which machine.

The worst rules and machines stand here; each list has a page of its own for the rest.
"""

from datetime import datetime, timedelta
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import counts, protection
from controller.findings import queries as findings
from controller.findings.queries import Standing
from controller.findings.scores import Tally
from controller.inventory import queries as inventory
from controller.oversight import book as oversight
from controller.pages import machines, open_rules, sentence, then
from controller.pages.changes import changes
from controller.pages.frame import Where, enter, may, show
from controller.paperwork import queries as paperwork
from controller.people.roles import Permission
from controller.policy import queries as policy
from controller.policy import waivers

_RECENT = timedelta(hours=24)
_RULES, _MACHINES = 12, 15


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The clinic, now or on the day that `?at=` names."""
    now = timezone.now()
    where = enter(
        request,
        org,
        clinic,
        without=inventory.without_agent,
        ending=partial(waivers.ending, now=now),
        cards=oversight.waiting,
    )
    if "at" in request.GET:
        return then.of_clinic(request, where)
    shelf = policy.at_hand(where.place)
    judged = counts.of_clinic(where.place, now, shelf.rules)
    standing = next(iter(findings.standings(where.place, now, judged.accepting)), None)
    listed = open_rules.listed(shelf, judged.rules)
    shown = open_rules.named(where, listed[:_RULES], now)
    rows = machines.first(where, _MACHINES + 1)
    content = {
        "standing": standing,
        "policies": findings.policies([standing] if standing else ()),
        "without": getattr(where.clinic, "without", 0),
        "ending": getattr(where.clinic, "ending", 0),
        "sentence": _sentence(where, standing, shelf, judged, now),
        "open": shown,
        "n_open": len(listed),
        "rows": rows[:_MACHINES],
        "last": len(rows) > _MACHINES,
        "changes": changes(where.place, now - _RECENT, shelf.described),
        "cards": getattr(where.clinic, "cards", 0),
        "papers": _papers(request, where, shelf, now),
    }
    return show(request, "pages/clinic.html", where, content)


def _papers(
    request: HttpRequest, where: Where, shelf: policy.Shelf, now: datetime
) -> dict[str, int]:
    """How many statements are missing, expired or due, for who may read them."""
    if where.clinic is None or not may(request, Permission.REGISTERS_READ, where):
        return {}
    return paperwork.open_now(where.clinic, now, paperwork.on_file(where.clinic, shelf))


def _sentence(
    where: Where,
    standing: Standing | None,
    shelf: policy.Shelf,
    judged: counts.Judged,
    now: datetime,
) -> sentence.Sentence | None:
    """What an owner is told first."""
    number = shelf.number(protection.RULE)
    if number is None or standing is None:
        return None
    proven = judged.rules.get(number, Tally()).proven
    return sentence.of_clinic(where, number, proven, standing.approved, now)
