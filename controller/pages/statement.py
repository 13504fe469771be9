"""What does one statement say, who signed it when, and does it still hold? Sign it, or reject it.

Nothing is uploaded: a document stays where it is, and its hash is pasted or left out.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere
from controller.ledger.actions import By
from controller.pages.citations import sources
from controller.pages.frame import Where, asked_again, own_home, person, show
from controller.pages.paperwork import CHANGED, enter_registers, why
from controller.pages.typed import form, unprefixed
from controller.paperwork import actions, drafts, fields, queries, signers
from controller.paperwork.binder import binder
from controller.paperwork.changes import changes
from controller.paperwork.states import Today, renewed, standing
from controller.paperwork.subjects import Subject, possible

if TYPE_CHECKING:
    from controller.paperwork.models import Attestation
    from rules.compiled.attestation import Attestation as Kind


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it was signed."""

    row: "Attestation"
    result: str
    signed_as: str
    fields: list[tuple[str, str]]


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str, kind: str) -> HttpResponse:
    """The newest statement, a form for the next one, and those before."""
    where, here = enter_registers(request, org, clinic)
    try:
        one, pack = queries.kind(where.place, kind)
    except NotThere as error:
        raise Http404(str(error)) from error
    about = _about(where, one, request)
    if about is None:
        return _choose(request, where, one)
    day = queries.today(here, timezone.now())
    signed_as = signers.signs_as(person(request), one.owner, where.place)
    read = drafts.Read(None, {})
    if request.method == "POST":
        read = drafts.read(one, request.POST.dict(), day)
        signing = actions.Signing(where.place, here.id, one, pack, about, signed_as)
        if _is_signed(request, signing, read.draft):
            return redirect(request.get_full_path())
    content = {
        **_stated(where, one, about, day),
        "signed_as": signers.in_words(signed_as) if signed_as else "",
        "sources": sources(one.cite, pack.citations),
        **_form(one, request.POST, read, day),
    }
    return show(request, "pages/statement.html", where, content)


@asked_again
@require_http_methods(["POST"])
def reject(request: HttpRequest, org: str, clinic: str, statement: UUID) -> HttpResponse:
    """Say that a statement does not hold: who may sign it may."""
    where, _ = enter_registers(request, org, clinic)
    try:
        row = queries.statement(where.place, statement)
        if not signers.signs_as(person(request), row.owner_role, where.place):
            raise Http404
        reason = request.POST.get("why", "")
        actions.reject(own_home(), where.place, statement, reason, by(request))
    except NotThere as error:
        raise Http404(str(error)) from error
    return redirect(address(where, row.kind, row.subject))


def address(where: Where, kind: str, subject: str) -> str:
    """Where a statement stands."""
    path = reverse("statement", args=[where.org.slug, getattr(where.clinic, "slug", ""), kind])
    return f"{path}?{urlencode({'about': subject})}" if subject else path


def by(request: HttpRequest) -> By:
    """Who acts here, and from where."""
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)


def _about(where: Where, kind: "Kind", request: HttpRequest) -> Subject | None:
    """What the page is about: the clinic, or what `?about=` names; None if that is to be chosen."""
    wanted, known = request.GET.get("about", ""), possible(where.place, kind)
    found = next((one for one in known if one.id == wanted), None)
    if found is None and wanted:
        raise Http404("there is nothing of that name here")
    return found


def _is_signed(request: HttpRequest, signing: actions.Signing, draft: drafts.Draft | None) -> bool:
    """Sign what was read whole; a page that was not offered answers nobody."""
    if not signing.signed_as:
        raise Http404
    if draft is not None:
        actions.sign(own_home(), signing, draft, by(request))
    return draft is not None


def _stated(where: Where, kind: "Kind", about: Subject, day: Today) -> dict[str, Any]:
    rows = list(queries.history(where.place, kind.id, about.id))
    now = standing(kind, rows[0] if rows else None, changes(binder(where.place)), day)
    return {
        "kind": kind,
        "about": about,
        "standing": now,
        "why": why(now.reason),
        "owner": signers.OWNERS[kind.owner],
        "changed_by": [CHANGED[what] for what in kind.changed_by if what in CHANGED],
        "longest": renewed(kind),
        "said": [_said(kind, row) for row in rows],
    }


def _choose(request: HttpRequest, where: Where, kind: "Kind") -> HttpResponse:
    """A kind that is stated of each of several: which one?"""
    content = {"kind": kind, "known": possible(where.place, kind)}
    return show(request, "pages/statement_of.html", where, content)


def _said(kind: "Kind", row: "Attestation") -> Said:
    labels = {one.name: one for one in fields.of_kind(kind)}
    shown = [
        (labels[name].label, fields.shown(labels[name], value))
        for name, value in row.fields.items()
        if name in labels and value is not None
    ]
    return Said(row, drafts.RESULTS[row.result], signers.in_words(row.signed_as), shown)


def _form(kind: "Kind", typed: QueryDict, read: drafts.Read, day: Today) -> dict[str, Any]:
    wrong = unprefixed(read.wrong)
    return {
        "asked": form(fields.of_kind(kind), unprefixed(dict(typed.items())), wrong),
        "typed": typed,
        "wrong": read.wrong,
        "results": drafts.RESULTS,
        "today": day.day.isoformat(),
    }
