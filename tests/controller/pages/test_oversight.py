"""The owner acknowledges, the security official reviews, an administrator records the role."""

from collections.abc import Callable

import pytest
from django.test import Client

from controller.ledger.models import Audit
from controller.oversight.models import Record
from controller.people.models import Membership
from controller.people.roles import Role
from tests.controller import overseen
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.pages.conftest import SignIn

FOUND = {"found": "proven", "note": "read with Sam"}


@pytest.fixture
def owner(north_quay: Practice, sign_in: SignIn) -> Client:
    """Dr. Ray, who owns Bright Smiles."""
    user = person(north_quay, Role.CLINIC_OWNER, "ray@bright-smiles.example", north_quay.clinic)
    return sign_in(user.email)


@pytest.fixture
def official(north_quay: Practice, sign_in: SignIn) -> Client:
    """The office manager, who is named as the security official."""
    user = person(north_quay, Role.OFFICE_MANAGER, "so@bright-smiles.example", north_quay.clinic)
    held = Membership.objects.at(north_quay.place).filter(user=user)
    held.update(designations=["security_official"])
    return sign_in(user.email)


def scorecard(there: Practice) -> str:
    return path(there, f"oversight/{overseen.scorecard(there).id}/")


def review(there: Practice) -> str:
    return path(there, f"evidence/{overseen.bundle(there).id}/review/")


def acts(there: Practice, beginning: str) -> list[str]:
    rows = Audit.objects.at(there.place).filter(action__startswith=beginning)
    return list(rows.values_list("actor", flat=True))


def aged(client: Client) -> Client:
    """The same person, who gave a password five minutes ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    return client


def test_the_owner_reads_a_scorecard_and_says_so(owner: Client, north_quay: Practice) -> None:
    where = scorecard(north_quay)
    first = owner.get(path(north_quay)).content.decode()
    page = owner.get(where).content.decode()
    owner.post(where, {"note": "Encrypt OP1 next"})

    assert (
        "1 scorecard waits</a> for the owner" in first or "1 scorecard waits for the owner" in first
    )
    assert "3 of 6 (50 %)" in page
    after = owner.get(where).content.decode()
    assert "Encrypt OP1 next" in after
    assert "I have read it" not in after
    assert "data-cards" not in owner.get(path(north_quay)).content.decode()
    assert acts(north_quay, "scorecard.acknowledge") == ["ray@bright-smiles.example"]


def test_a_scorecard_stands_beside_the_month_before(owner: Client, north_quay: Practice) -> None:
    overseen.scorecard(north_quay, "2026-09")

    page = owner.get(scorecard(north_quay)).content.decode()

    assert page.count("3 of 6 (50 %)") == 2


def test_evidence_is_reviewed_by_the_official(official: Client, north_quay: Practice) -> None:
    where = review(north_quay)
    assert "I have reviewed it" in official.get(where).content.decode()

    official.post(where, FOUND)

    page = official.get(path(north_quay, "oversight/")).content.decode()
    assert "so@bright-smiles.example" in page
    assert "read with Sam" in official.get(where).content.decode()


def test_a_review_without_a_note_is_asked_for_it(official: Client, north_quay: Practice) -> None:
    answer = official.post(review(north_quay), {"found": "proven"})

    assert (answer.status_code, Record.objects.at(north_quay.place).count()) == (422, 0)
    assert "say it in a sentence" in answer.content.decode()


@pytest.mark.parametrize(("where", "typed"), [(scorecard, {}), (review, FOUND)])
def test_whose_it_is_not_says_nothing(
    where: Callable[[Practice], str], typed: dict[str, str], dr_lee: Client, north_quay: Practice
) -> None:
    """An administrator of the MSP is neither owner nor official of the practice."""
    address = where(north_quay)
    before = Record.objects.at(north_quay.place).count()

    assert dr_lee.get(address).status_code == 200
    assert dr_lee.post(address, typed).status_code == 404
    assert Record.objects.at(north_quay.place).count() == before


@pytest.mark.parametrize("where", [scorecard, review])
def test_after_five_minutes_who_speaks_is_asked_again(
    where: Callable[[Practice], str], owner: Client, north_quay: Practice
) -> None:
    answer = aged(owner).post(where(north_quay), FOUND)

    assert answer["Location"].startswith("/again/")
    assert Record.objects.at(north_quay.place).exclude(kind="scorecard").count() == 0


def test_the_role_is_set_on_the_settings_of_the_clinic(
    dr_lee: Client, north_quay: Practice
) -> None:
    where = path(north_quay, "settings/")
    before = dr_lee.get(where).content.decode()
    answer = dr_lee.post(where, {"act": "role", "role": "covered_entity"})

    assert "nobody has said" in before
    assert 'value="covered_entity" selected' not in before
    assert answer.status_code == 302
    assert "Recorded as a <strong>covered entity</strong>" in dr_lee.get(where).content.decode()
    assert dr_lee.post(where, {"act": "role", "role": ""}).status_code == 422


def test_an_owner_does_not_record_the_role(owner: Client, north_quay: Practice) -> None:
    answer = owner.post(path(north_quay, "settings/"), {"act": "role", "role": "covered_entity"})

    assert (answer.status_code, Record.objects.at(north_quay.place).count()) == (404, 0)


def test_a_waiting_scorecard_stands_in_the_calendar(owner: Client, north_quay: Practice) -> None:
    overseen.scorecard(north_quay)

    page = owner.get(path(north_quay, "calendar/")).content.decode()

    assert 'data-task="scorecard/2026-10"' in page
