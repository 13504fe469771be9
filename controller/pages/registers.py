"""What stands in a list that the practice keeps? Add to it, correct it."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.pages.frame import Where, may, own_home, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.pages.paperwork import enter_registers
from controller.pages.statement import by
from controller.pages.typed import form, unprefixed
from controller.paperwork import fields, lists, queries
from controller.paperwork.lists import Entering, Kept
from controller.paperwork.registers.base import Register
from controller.paperwork.registers.index import BY_ID
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.paperwork.models import Entry

_CELLS = 4


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str, register: str) -> HttpResponse:
    """The list, and a form for one more entry."""
    where, here = enter_registers(request, org, clinic)
    of = _register(register)
    typed = {**request.GET.dict(), **unprefixed(request.POST.dict())}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        filled = _filled(request, where, of)
        wrong = filled.wrong
        if not wrong:
            new = Entering(where.place, here.id, of, None, filled.values)
            lists.enter(own_home(), new, by(request))
            return redirect("register", where.org.slug, here.slug, of.id)
    day = queries.today(here, timezone.now()).day
    kept = lists.entries(where.place, of, day)
    order = sorting(request, orders(of))
    shown = part(request, ordered(kept, order), lambda one: one.row.entry)
    content = {
        "register": of,
        "columns": of.fields[1:_CELLS],
        "order": order,
        "rows": [(one, _cells(of, one.row)[1:_CELLS]) for one in shown],
        "part": shown,
        "sums": of.sums([one.row.data for one in kept if not one.row.is_struck], day),
        "unlisted": lists.unlisted(where.place, of, [one.row for one in kept]),
        "form": form(of.fields, typed, wrong),
        "wrong": wrong,
    }
    return show(request, "pages/register.html", where, content)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, org: str, clinic: str, register: str, entry: UUID) -> HttpResponse:
    """One entry, a form to correct it, and how it came to be as it is."""
    where, here = enter_registers(request, org, clinic)
    of = _register(register)
    try:
        rows = lists.versions(where.place, of, entry)
    except NotThere as error:
        raise Http404(str(error)) from error
    now = rows[0]
    typed = {one.name: fields.typed(one, now.data.get(one.name)) for one in of.fields}
    tried: _Tried | None = _Tried(typed, {}, None)
    if request.method == "POST":
        tried = _correct(request, where, of, now)
    if tried is None:
        return redirect("register", where.org.slug, here.slug, of.id)
    content = {
        "register": of,
        "name": lists.name_of(of, now),
        "row": now,
        "marks": lists.marks_of(
            of,
            now,
            queries.today(here, timezone.now()).day,
            lists.others(lists.everything(where.place)),
        ),
        "form": form(of.fields, tried.typed, tried.wrong),
        "wrong": tried.wrong,
        "refused": tried.refused,
        "versions": [(one, _told(of, one)) for one in rows],
    }
    return show(request, "pages/register_entry.html", where, content)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A correction that was not taken: what was typed, and what is wrong with it."""

    typed: dict[str, str]
    wrong: dict[str, str]
    refused: Refusal | None


def _correct(request: HttpRequest, where: Where, register: Register, now: "Entry") -> _Tried | None:
    """Correct or strike an entry; None if that is done."""
    filled = _filled(request, where, register)
    is_struck = "strike" in request.POST
    if filled.wrong and not is_struck:
        return _Tried(unprefixed(request.POST.dict()), filled.wrong, None)
    new = Entering(
        place=where.place,
        clinic=now.clinic_id,
        register=register,
        entry=now.entry,
        values=now.data if is_struck else filled.values,
        why=request.POST.get("why", "")[:500],
        is_struck=is_struck,
    )
    try:
        lists.enter(own_home(), new, by(request))
    except Refusal as error:
        return _Tried(unprefixed(request.POST.dict()), {}, error)
    return None


def orders(of: Register) -> dict[str, Order[Key[Kept]]]:
    """By name, by what each column that is shown holds, and by what is open."""
    by: dict[str, Order[Key[Kept]]] = {"name": Order(None)}
    by |= {one.name: Order(partial(_held, one.name)) for one in of.fields[1:_CELLS]}
    return {**by, "open": Order(lambda one: -len(one.marks), falling=True)}


def _held(name: str, one: Kept) -> tuple[bool, int, str]:
    """Numbers by size, days and words as they are written, what is empty last."""
    value = one.row.data.get(name)
    return value is None, value if isinstance(value, int) else 0, str(value).casefold()


def _register(name: str) -> Register:
    if name not in BY_ID:
        raise Http404("there is no such register")
    return BY_ID[name]


def _filled(request: HttpRequest, where: Where, register: Register) -> fields.Filled:
    """What was typed, by who may write it; 404 for who only reads."""
    if not may(request, Permission.REGISTERS_WRITE, where):
        raise Http404
    return fields.fill(register.fields, unprefixed(request.POST.dict()))


def _cells(register: Register, row: "Entry") -> list[str]:
    return [fields.shown(one, row.data.get(one.name)) for one in register.fields]


def _told(register: Register, row: "Entry") -> list[tuple[str, str]]:
    shown = zip((one.label for one in register.fields), _cells(register, row), strict=True)
    return [(label, text) for label, text in shown if text]
