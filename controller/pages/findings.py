"""Which files lie readable, on which machine, under which folder's label?

A finding is a random id and closed words. Where the file lies only its own machine can say:
`dentinel show ID`, run there by an administrator. The list is sent a hundred at a time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import queries as findings
from controller.fleet import queries as fleet
from controller.pages import documents, elsewhere, reasons
from controller.pages.elsewhere import Elsewhere
from controller.pages.frame import enter, show
from controller.pages.listing import Query
from controller.pages.orders import Columns, Order, columns, sorting

if TYPE_CHECKING:
    from controller.findings.models import Finding
    from controller.fleet.models import Machine

_AT_ONCE = 40
ORDERS: dict[str, Order[Columns]] = {
    "known": Order(("-known_from", "finding_id", "machine_id"), falling=True),
    "machine": Order(("machine__host", "root", "-known_from", "finding_id", "machine_id")),
    "found": Order(("verdict", "kind", "-known_from", "finding_id", "machine_id")),
    "disk": Order(("volume", "-known_from", "finding_id", "machine_id")),
    "reach": Order(("reach", "-known_from", "finding_id", "machine_id")),
}


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
    order = sorting(request, ORDERS)
    query = Query(found, columns(order), found, key="finding_id")
    shown, following = query.after(request, _AT_ONCE)
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
        "rows": [_row(one, now) for one in shown],
        "order": order,
        "total": found.count(),
        "next": following,
        "folders": folders,
        "machine": machine,
    }
    return show(request, "pages/findings.html", where, content)


def _row(finding: "Finding", now: datetime) -> Row:
    what = (reasons.file_kind(finding.kind), reasons.file_reason(finding.reason))
    return Row(
        finding=finding,
        found=reasons.file_verdict(finding.verdict),
        what=", ".join(filter(None, what)),
        reach=reasons.reach(finding.reach),
        is_silent=fleet.is_silent(finding.machine, now),
    )
