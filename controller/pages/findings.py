"""Which files lie readable, on which machine, under which folder's label?

A finding is a random id and closed words. Where the file lies only its own machine can say:
`dentinel show ID`, run there by an administrator. The list is sent a hundred at a time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import queries as findings
from controller.fleet import queries as fleet
from controller.pages import documents, elsewhere, reasons
from controller.pages.elsewhere import Elsewhere
from controller.pages.frame import enter, show
from controller.pages.listing import address

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from controller.findings.models import Finding
    from controller.fleet.models import Machine

_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in words."""

    finding: "Finding"
    found: str
    what: str
    reach: str
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """An imaging folder of a machine."""

    machine: "Machine"
    root: documents.Root
    observed_at: datetime | None
    elsewhere: Elsewhere | None


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The findings of a clinic, and the folders that they lie in."""
    where = enter(request, org, clinic)
    now = timezone.now()
    machine = request.GET.get("machine", "")
    found = findings.open_findings(where.place, host=machine or None)
    rows = [_row(one, now) for one in _behind(found, request.GET.get("after"))[: _AT_ONCE + 1]]
    told = [
        (facts, root)
        for facts in fleet.imaging(where.place)[:_AT_ONCE]
        for root in documents.roots(facts)
    ]
    hosts = elsewhere.Hosts(where.place, (root for _, root in told))
    folders = [
        Folder(facts.machine, root, facts.imaging_observed_at, hosts.of(root))
        for facts, root in told
    ]
    content = {
        "rows": rows[:_AT_ONCE],
        "total": found.count(),
        "next": address(request, after=rows[_AT_ONCE - 1].finding.finding_id)
        if len(rows) > _AT_ONCE
        else "",
        "folders": folders,
        "machine": machine,
    }
    return show(request, "pages/findings.html", where, content)


def _behind(found: "QuerySet[Finding]", after: str | None) -> "QuerySet[Finding]":
    """Those that come after one of them, by key."""
    if after is None:
        return found
    last = found.filter(finding_id=after).first()
    if last is None:
        raise Http404("there is no such page of the list")
    older = Q(known_from__lt=last.known_from)
    return found.filter(older | Q(known_from=last.known_from, finding_id__gt=after))


def _row(finding: "Finding", now: datetime) -> Row:
    what = (reasons.file_kind(finding.kind), reasons.file_reason(finding.reason))
    return Row(
        finding=finding,
        found=reasons.file_verdict(finding.verdict),
        what=", ".join(filter(None, what)),
        reach=reasons.reach(finding.reach),
        is_silent=fleet.is_silent(finding.machine, now),
    )
