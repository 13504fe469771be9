"""What do those who answer for this clinic look at: its scorecards, its evidence, its role?

Whoever may read the papers sees it. A scorecard is acknowledged by the owner, evidence is reviewed
by the security official, each asked again who they are.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from controller.errors import NotThere, Refusal
from controller.exports import reviewing
from controller.oversight import book, reviews, roles, scorecards
from controller.oversight.reviews import FOUND, REVIEWER, Said
from controller.oversight.scorecards import READER, Answer, Card
from controller.pages.frame import Where, asked_again, own_home, person, show
from controller.pages.paperwork import enter_registers
from controller.pages.statement import by
from controller.paperwork import signers

_SHOWN = 24


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """Scorecards by month, the evidence that was made, and what the clinic is."""
    where, _ = enter_registers(request, org, clinic)
    now, on_record = timezone.now(), book.kept(where.place)
    cards = scorecards.cards(on_record)
    content = {
        "cards": [(card, card.state(now)) for card in cards[:_SHOWN]],
        "more": max(len(cards) - _SHOWN, 0),
        "made": reviewing.made(where.place, on_record, _SHOWN),
        "found": FOUND,
        "role": roles.ROLES.get(roles.role_of(on_record), ""),
        "reader": signers.OWNERS[READER],
        "reviewer": signers.OWNERS[REVIEWER],
    }
    return show(request, "pages/oversight.html", where, content)


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def scorecard(request: HttpRequest, org: str, clinic: str, record: UUID) -> HttpResponse:
    """One scorecard beside the month before; the owner says that it was read."""
    where, _ = enter_registers(request, org, clinic)
    cards = scorecards.cards(book.kept(where.place))
    card = next((one for one in cards if one.row.id == record), None)
    if card is None:
        raise Http404("there is no such scorecard here")
    signed_as = signers.signs_as(person(request), READER, where.place)
    wrong: Refusal | None = None
    if request.method == "POST":
        said = Answer(request.POST.get("note", ""), _right(signed_as))
        try:
            scorecards.acknowledge(own_home(), where.place, record, said, by(request))
            return redirect("scorecard", org, clinic, record)
        except Refusal as error:
            wrong = error
    before = next((one for one in cards if one.month < card.month), None)
    content = {
        "card": card,
        "state": card.state(timezone.now()),
        **_figures(where, card, before),
        "signed_as": signers.in_words(signed_as) if signed_as else "",
        "answered_as": signers.in_words(str(card.answer.data["as"])) if card.answer else "",
        "reader": signers.OWNERS[READER],
        **_told(request, wrong),
    }
    return _answer(request, "pages/scorecard.html", where, content)


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, org: str, clinic: str, export: UUID) -> HttpResponse:
    """One bundle that was made, and a form for who has read it."""
    where, _ = enter_registers(request, org, clinic)
    try:
        row = reviewing.export(where.place, export)
    except NotThere as error:
        raise Http404(str(error)) from error
    signed_as = signers.signs_as(person(request), REVIEWER, where.place)
    wrong: Refusal | None = None
    if request.method == "POST":
        said = Said(request.POST.get("found", ""), request.POST.get("note", ""), _right(signed_as))
        try:
            reviewing.review(own_home(), where.place, export, said, by(request))
            return redirect("oversight", org, clinic)
        except Refusal as error:
            wrong = error
    content = {
        "row": row,
        "said": reviews.of(book.kept(where.place), export),
        "found": reviews.FOUND,
        "signed_as": signers.in_words(signed_as) if signed_as else "",
        "reviewer": signers.OWNERS[REVIEWER],
        **_told(request, wrong),
    }
    return _answer(request, "pages/evidence_review.html", where, content)


def _right(signed_as: str) -> str:
    """By what right; a form that was not offered answers nobody."""
    if not signed_as:
        raise Http404
    return signed_as


def _figures(where: Where, card: Card, before: Card | None) -> dict[str, Any]:
    """The figures as they were frozen, each with that of the month before."""
    said = scorecards.document(where.place, card)
    earlier = scorecards.document(where.place, before)["figures"] if before else ()
    words = {one["id"]: one["words"] for one in earlier}
    rows = [(one, words.get(one["id"], "")) for one in said["figures"]]
    return {"said": said, "figures": rows, "before": before}


def _told(request: HttpRequest, wrong: Refusal | None) -> dict[str, Any]:
    return {"wrong": wrong, "typed": request.POST.dict()}


def _answer(
    request: HttpRequest, template: str, where: Where, content: dict[str, Any]
) -> HttpResponse:
    answer = show(request, template, where, content)
    answer.status_code = content["wrong"].status if content["wrong"] else 200
    return answer
