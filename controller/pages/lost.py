"""A computer is lost: what was known of it before, how old is that, and what is to be done now?

Evidence for counsel. It says what was measured and stated, and judges nothing: whether there is a
breach is decided by the practice and its counsel (45 CFR 164.402(2)).
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from controller.errors import NotThere
from controller.findings import queries as findings
from controller.fleet import queries as fleet
from controller.ledger.chained import chained
from controller.pages import documents, elsewhere
from controller.pages.frame import Where, clock_of, may, own_home, show
from controller.pages.listing import Query
from controller.pages.machine_rule import judged_by
from controller.pages.paperwork import enter_registers, why
from controller.pages.statement import by
from controller.paperwork import fields, lists, queries
from controller.paperwork.lists import Entering
from controller.paperwork.registers.index import BY_ID
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.fleet.models import FactsNow, Machine
    from controller.tenants.models import Clinic

_AT_ONCE = 40
_KINDS = {"lost": "It is lost", "stolen": "It was stolen"}
_ESCROW = "key-escrow-statement"
_DISK = (
    *("name", "kind", "role", "holds_imaging", "protection", "mechanism", "cipher"),
    *("hardware_encryption", "protectors", "suspend_reboots", "state_since", "used_space_only"),
)
_LOCK = ("name", "kind", "admin", "signed_in", "lock.after", "lock.asks_password", "lock.on_wake")
_SHOWN = {"volumes": _DISK, "users": _LOCK}


@dataclass(frozen=True, slots=True)
class Part:
    """A fact, when it was asked for, and of each of its items what matters here."""

    fact: documents.Document
    items: tuple[tuple[tuple[str, str], ...], ...]


@require_safe
def which(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The computers of a clinic by name, for whoever misses one of them."""
    where, _ = enter_registers(request, org, clinic)
    rows = fleet.machines(where.place)
    shown, following = Query(rows, ("host", "id"), rows).after(request, _AT_ONCE)
    return show(request, "pages/lost_which.html", where, {"rows": shown, "next": following})


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str, machine: UUID) -> HttpResponse:
    """The evidence, and a form that opens an incident."""
    where, here = enter_registers(request, org, clinic)
    try:
        found = fleet.machine(where.place, machine)
    except NotThere as error:
        raise Http404(str(error)) from error
    wrong = ""
    if request.method == "POST":
        try:
            return _open(request, where, here, found)
        except ValueError as error:
            wrong = str(error)
    content = {
        "machine": found,
        "policies": judged_by(found),
        "kinds": _KINDS,
        "wrong": wrong,
        "typed": request.POST,
        "today": queries.today(here, timezone.now()).day.isoformat(),
        **_known(where, here, found),
    }
    return show(request, "pages/lost.html", where, content)


def _known(where: Where, clinic: "Clinic", machine: "Machine") -> dict[str, Any]:
    """All that is known of it: from its last reports, and from what people signed."""
    facts = fleet.facts(where.place, machine.id)
    roots = documents.roots(facts)
    hosts = elsewhere.Hosts(where.place, roots)
    open_ = findings.open_findings(where.place).filter(machine_id=machine.id)
    escrow = next(
        (one for one in queries.standings(clinic, timezone.now()) if one.kind.id == _ESCROW),
        None,
    )
    with clock_of(where):
        return {
            "facts": facts,
            "parts": _parts(facts),
            "folders": [{"root": one, "elsewhere": hosts.of(one)} for one in roots],
            "files": sorted(Counter(open_.values_list("verdict", flat=True)).items()),
            "chain": chained(where.place, machine.visitor_id or machine.id),
            "gaps": list(findings.gaps(where.place, machine.id)[:5]),
            "escrow": escrow,
            "escrow_why": why(escrow.standing.reason) if escrow else "",
        }


def _parts(row: "FactsNow | None") -> list[Part]:
    told = {document.name: document for document in documents.facts(row)}
    return [
        Part(
            told[name],
            tuple(
                tuple((label.replace(".", " "), text) for label, text in item if label in wanted)
                for item in told[name].items
            ),
        )
        for name, wanted in _SHOWN.items()
        if name in told
    ]


def _open(request: HttpRequest, where: Where, clinic: "Clinic", machine: "Machine") -> HttpResponse:
    """Open an incident about it; ValueError says what to type instead."""
    if not may(request, Permission.REGISTERS_WRITE, where):
        raise Http404
    of, kind = BY_ID["incidents"], request.POST.get("kind", "")
    if kind not in _KINDS:
        raise ValueError("Is it lost, or was it stolen?")
    known = {
        "what": f"{machine.host}: {_KINDS[kind].lower()}",
        "kind": kind,
        "computer": machine.host,
        "discovered_on": request.POST.get("discovered_on", ""),
        "assessment": "open",
    }
    filled = fields.fill(of.fields, known)
    if filled.wrong:
        raise ValueError(" ".join(filled.wrong.values()))
    row = lists.enter(
        own_home(), Entering(where.place, clinic.id, of, None, filled.values), by(request)
    )
    return redirect("register-entry", where.org.slug, clinic.slug, of.id, row.entry)
