"""Which way do images take here: as the practice declared it, and as machines show it?

The table is the map; the drawing beside it says the same. What machines show is put to a declared
flow here, or declared anew; that all of it is right is confirmed by a statement.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from controller.pages.drawing import Drawing, Ends, drawing
from controller.pages.frame import Where, may, own_home, show
from controller.pages.listing import part
from controller.pages.paperwork import enter_registers, why
from controller.pages.statement import by
from controller.paperwork import dataflow, lists, queries
from controller.paperwork.binder import Binder
from controller.paperwork.changes import changes
from controller.paperwork.dataflow import LINKED, Line, Map, Standing
from controller.paperwork.registers.index import BY_ID
from controller.paperwork.states import standing
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.paperwork.models import Entry
    from controller.tenants.models import Clinic

STATEMENT = "dataflow-map"
_WEIGHTS: tuple[Standing, ...] = ("seen", "declared", "both")
_DRAWN, _GAPS = 40, 10


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The map, and how its confirmation stands."""
    where, here = enter_registers(request, org, clinic)
    held = queries.on_file(here)
    drawn = dataflow.drawn(held)
    if request.method == "POST":
        _put(request, where, held, drawn)
        return redirect("dataflow", org, clinic)
    rows = part(request, [(one, _declares(one)) for one in drawn.lines], _key)
    content = {
        "rows": rows,
        "n": {one: len(drawn.of(one)) for one in _WEIGHTS},
        "gaps": drawn.gaps[:_GAPS],
        "more_gaps": max(len(drawn.gaps) - _GAPS, 0),
        "drawing": _drawing(drawn),
        "flows": [one for one in drawn.lines if one.entry is not None],
        **_confirmed(here, held),
    }
    return show(request, "pages/dataflow.html", where, content)


def _put(request: HttpRequest, where: Where, held: Binder, drawn: Map) -> None:
    """Put what a machine shows to a declared flow, as its next version."""
    if not may(request, Permission.REGISTERS_WRITE, where):
        raise Http404
    key, row = request.POST.get("key", ""), _entry(held, request.POST.get("entry", ""))
    if row is None or key not in {name for one in drawn.of("seen") for name in one.seen}:
        raise Http404("there is nothing of that name to be declared here")
    values = {**row.data, LINKED: [*(row.data.get(LINKED) or ()), key]}
    of = BY_ID[dataflow.REGISTER]
    new = lists.Entering(where.place, row.clinic_id, of, row.entry, values)
    lists.enter(own_home(), new, by(request))


def _entry(held: Binder, typed: str) -> "Entry | None":
    try:
        wanted = UUID(typed)
    except ValueError:
        return None
    rows = held.entries.get(dataflow.REGISTER, ())
    return next((one for one in rows if one.entry == wanted and not one.is_struck), None)


def _declares(line: Line) -> str:
    """The question that fills the form of a new flow with what a machine shows."""
    if line.standing != "seen":
        return ""
    sure = {} if line.encrypted is None else {"encrypted": "yes" if line.encrypted else "no"}
    ends = {"source": line.source, "target": line.target, "way": line.way}
    return urlencode({**ends, "what": "X-ray images", **sure, LINKED: line.seen[0]})


def _key(row: tuple[Line, str]) -> str:
    line = row[0]
    return str(line.entry) if line.entry else line.seen[0]


def _drawing(drawn: Map) -> Drawing | None:
    """None where there is nothing to draw, or too much for anybody to see."""
    if not 0 < len(drawn.lines) <= _DRAWN:
        return None
    return drawing(
        [Ends(one.source, one.target, one.way, one.standing) for one in drawn.lines], _WEIGHTS
    )


def _confirmed(clinic: "Clinic", held: Binder) -> dict[str, Any]:
    """How the statement that confirms it stands; nothing where no pack asks for one."""
    found = queries.kinds(held.shelf).get(STATEMENT)
    if found is None:
        return {}
    kind, said = found[0], held.statements.get((STATEMENT, ""))
    now = standing(kind, said, changes(held), queries.today(clinic, timezone.now()))
    return {"kind": kind, "said": said, "standing": now, "why": why(now.reason)}
