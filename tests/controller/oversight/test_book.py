"""What was shown and said stays as it was, and its hash stands in the clinic's log."""

import hashlib
from datetime import timedelta

import pytest

from controller.errors import AlreadyDone, NotAllowed, NotThere, Refusal
from controller.exports import reviewing
from controller.ledger.actions import By
from controller.ledger.models import Audit, Document
from controller.oversight import book, reviews, roles, scorecards
from controller.oversight.models import Kind, Record
from controller.oversight.reviews import Said
from controller.oversight.scorecards import Answer
from tests.controller import overseen
from tests.controller.bright_smiles import DAY, NOW, Practice, add_clinic


def by(there: Practice) -> By:
    return By(there.dr_lee.email, "", NOW)


def acts(there: Practice) -> list[str]:
    rows = Audit.objects.at(there.place).filter(clinic=there.clinic).order_by("n")
    return [row.action for row in rows]


def test_the_hash_of_a_scorecard_is_logged(north_quay: Practice) -> None:
    row = overseen.scorecard(north_quay)

    act = Audit.objects.at(north_quay.place).get(action="scorecard.make")
    assert act.after == {"sha256": row.sha256, "month": "2026-10"}
    assert hashlib.sha256(row.document.encode()).hexdigest() == row.sha256


def test_a_month_has_one_scorecard(north_quay: Practice) -> None:
    overseen.scorecard(north_quay)

    with pytest.raises(AlreadyDone, match="2026-10 was made before"):
        overseen.scorecard(north_quay)


def test_an_acknowledgement_is_a_statement_that_holds_the_scorecard(north_quay: Practice) -> None:
    card = overseen.scorecard(north_quay)
    said = overseen.acknowledged(north_quay, card, DAY)

    kept = Document.objects.at(north_quay.place).get(document_id=said.id)
    assert (kept.kind, kept.act) == ("attestation", "acknowledge")
    assert bytes(kept.data) == said.document.encode()
    assert card.sha256 in said.document


def test_a_scorecard_is_acknowledged_once(north_quay: Practice) -> None:
    card = overseen.scorecard(north_quay)
    overseen.acknowledged(north_quay, card, DAY)

    with pytest.raises(AlreadyDone):
        overseen.acknowledged(north_quay, card, 2 * DAY)


def test_what_was_answered_late_says_so(north_quay: Practice) -> None:
    overseen.acknowledged(north_quay, overseen.scorecard(north_quay), 36 * DAY)
    soon = overseen.scorecard(north_quay, "2026-11", NOW + 7 * DAY)
    overseen.acknowledged(north_quay, soon, 35 * DAY)

    cards = scorecards.cards(book.kept(overseen.here(north_quay)))

    assert [(card.month, card.was_late) for card in cards] == [
        ("2026-11", False),
        ("2026-10", True),
    ]


def test_only_scorecards_that_nobody_answered_wait(north_quay: Practice) -> None:
    overseen.acknowledged(north_quay, overseen.scorecard(north_quay), DAY)
    overseen.scorecard(north_quay, "2026-11")

    assert [row.about for row in book.waiting(north_quay.place)] == ["2026-11"]


@pytest.mark.parametrize("answer", [Answer("", ""), Answer("a\x07b", "practice_owner")])
def test_who_may_not_or_says_it_badly_acknowledges_nothing(
    north_quay: Practice, answer: Answer
) -> None:
    card = overseen.scorecard(north_quay)

    with pytest.raises(Refusal):
        scorecards.acknowledge(
            north_quay.home, overseen.here(north_quay), card.id, answer, by(north_quay)
        )
    assert book.waiting(north_quay.place).count() == 1


def test_a_review_names_the_file_that_was_read(north_quay: Practice) -> None:
    made = overseen.bundle(north_quay)
    row = overseen.reviewed(north_quay, made, NOW + DAY, "incomplete")
    made.refresh_from_db()

    assert made.sha256 in row.document
    assert acts(north_quay)[-1] == "evidence.review"
    assert Document.objects.at(north_quay.place).get(document_id=row.id).act == "review"


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        (Said("proven", "read", ""), NotAllowed),
        (Said("splendid", "read", "security_official"), Refusal),
        (Said("proven", "  ", "security_official"), Refusal),
    ],
)
def test_half_a_review_is_none(north_quay: Practice, said: Said, refused: type[Refusal]) -> None:
    made, here = overseen.bundle(north_quay), overseen.here(north_quay)

    with pytest.raises(refused):
        reviewing.review(north_quay.home, here, made.id, said, by(north_quay))
    assert reviews.of(book.kept(here), made.id) == []


def test_evidence_that_was_not_made_is_not_reviewed(north_quay: Practice) -> None:
    made = overseen.bundle(north_quay)
    harbor = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")

    with pytest.raises(NotThere):
        reviewing.export(north_quay.place.clinic(harbor.id), made.id)


def test_a_role_is_recorded_and_may_be_mended(north_quay: Practice) -> None:
    here, home, clinic = overseen.here(north_quay), north_quay.home, north_quay.clinic
    assert roles.role_of(book.kept(here)) == ""

    roles.set_role(home, clinic, "business_associate", by(north_quay))
    mended = By(north_quay.dr_lee.email, "", NOW + DAY)
    roles.set_role(home, clinic, "covered_entity", mended)

    assert roles.role_of(book.kept(here)) == "covered_entity"
    assert roles.role_of(book.kept(here, NOW + timedelta(hours=1))) == "business_associate"
    with pytest.raises(AlreadyDone):
        roles.set_role(home, clinic, "covered_entity", mended)
    with pytest.raises(Refusal):
        roles.set_role(home, clinic, "dentist", mended)


def test_another_clinics_records_are_not_ours(north_quay: Practice) -> None:
    card = overseen.scorecard(north_quay)
    harbor = north_quay.place.clinic(add_clinic(north_quay.home, north_quay.org, "Harbor").id)

    assert book.kept(harbor).rows == ()
    with pytest.raises(NotThere):
        book.record(harbor, Kind.SCORECARD, card.id)
    assert Record.objects.at(harbor).count() == 0
