"""Which populations of a place can be taken along as a table, and by whom?

Like evidence, it is what somebody at a screen that was left open would take: who it is, is asked
again. A table is written whole before its first byte leaves: it is one look at the database, the
act that stands in the log holds its hash and how many rows it has, and a slow reader holds up
nobody.
"""

from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.exports import sheet
from controller.exports.tables import registers
from controller.exports.tables.base import Asked, Table
from controller.exports.tables.index import BY_ID, TABLES
from controller.ledger.actions import Act, By, told
from controller.pages.flow import Flow
from controller.pages.frame import Where, always_again, enter, may, own_home, person, show
from controller.paperwork.registers.index import BY_ID as REGISTERS
from controller.people.roles import Permission

_IN_MEMORY = 1024 * 1024


@require_safe
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """Every table that this person may take along from here."""
    where = enter(request, org, clinic)
    rows = [one for one in TABLES if _is_open(request, where, one)]
    if not rows:
        raise Http404
    content = {"rows": rows, "controls": BY_ID["controls"]}
    return show(request, "pages/tables.html", where, content)


@require_safe
@always_again
def table(
    request: HttpRequest, org: str, table: str, clinic: str | None = None
) -> HttpResponseBase:
    """One of them as CSV; making it is an act."""
    where = enter(request, org, clinic)
    if table not in BY_ID:
        raise Http404("there is no such table")
    return _answer(request, where, BY_ID[table])


@require_safe
@always_again
def register(request: HttpRequest, org: str, clinic: str, register: str) -> HttpResponseBase:
    """One list of the practice, with the columns of its own."""
    where = enter(request, org, clinic)
    if register not in REGISTERS:
        raise Http404("there is no such register")
    return _answer(request, where, registers.of(REGISTERS[register]))


def _is_open(request: HttpRequest, where: Where, table: Table) -> bool:
    is_here = where.clinic is not None or not table.of_clinic
    wanted = (Permission.TABLES_EXPORT, table.needs)
    return is_here and all(may(request, one, where) for one in wanted)


def _answer(request: HttpRequest, where: Where, table: Table) -> HttpResponseBase:
    if not _is_open(request, where, table):
        raise Http404
    now, home = timezone.now(), own_home()
    by = By(person(request).email, request.META.get("REMOTE_ADDR", ""), now, person(request).pk)
    scope = where.clinic or where.org
    file = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY, dir=str(home.root)))  # noqa: SIM115
    made = sheet.write(table, Asked(where.place, where.clinic, now), scope.name, by.actor, file)
    after = {"table": table.id, "rows": made.rows, "sha256": made.sha256}
    clinic = where.clinic.id if where.clinic else None
    told(home, by, Act("table.export", scope.slug, after=after), where.org.id, clinic)
    file.seek(0)
    return Flow(file, f"{_stem(where)}-{table.id}.csv", "text/csv; charset=utf-8")


def _stem(where: Where) -> str:
    return f"{where.org.slug}-{where.clinic.slug}" if where.clinic else where.org.slug
