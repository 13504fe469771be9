"""Evidence is asked for on a page, made by the worker, and taken along by who has the right now."""

import io
from datetime import UTC, datetime
from zipfile import is_zipfile

import pytest
from django.test import Client

from controller.exports import bundles
from controller.exports.models import Export
from controller.people.roles import Role
from tests.controller.bright_smiles import NOW, PASSWORD, Practice, path, person
from tests.controller.pages.conftest import SignIn


def asked(signed_in: Client, north_quay: Practice, **typed: str) -> str:
    answer = signed_in.post(path(north_quay, "evidence/"), {"profile": "owner", **typed})
    assert answer.status_code in (200, 302)
    return answer.getvalue().decode()


def test_a_bundle_is_asked_for_shown_and_taken_along(dr_lee: Client, north_quay: Practice) -> None:
    asked(dr_lee, north_quay)
    waiting = dr_lee.get(path(north_quay, "evidence/")).content.decode()
    bundles.work(north_quay.home, NOW)
    made = dr_lee.get(path(north_quay, "evidence/")).content.decode()
    row = Export.objects.at(north_quay.place).get()
    answer = dr_lee.get(path(north_quay, f"evidence/{row.id}/"))

    assert 'data-state="waiting"' in waiting
    assert 'data-state="made"' in made
    assert "dentinel verify bright-smiles.dentinel-evidence --policy policy.txt" in made
    assert is_zipfile(io.BytesIO(answer.getvalue()))


@pytest.mark.parametrize("tail", ["evidence/policy.txt", "evidence/{}/"])
def test_after_five_minutes_taking_along_asks_again(
    tail: str, dr_lee: Client, north_quay: Practice
) -> None:
    asked(dr_lee, north_quay)
    bundles.work(north_quay.home, NOW)
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    row = Export.objects.at(north_quay.place).get()
    answer = dr_lee.get(path(north_quay, tail.format(row.id)))

    assert answer["Location"].startswith("/again/")


def test_days_that_make_no_period_are_told(dr_lee: Client, north_quay: Practice) -> None:
    said = asked(dr_lee, north_quay, **{"from": "2026-11-03", "until": "2026-11-01"})

    assert "is not before the end of the period" in said
    assert Export.objects.at(north_quay.place).count() == 0


def test_an_office_manager_makes_none(north_quay: Practice, sign_in: SignIn) -> None:
    desk = person(north_quay, Role.OFFICE_MANAGER, "fd@bright-smiles.example", north_quay.clinic)

    assert sign_in(desk.email).get(path(north_quay, "evidence/")).status_code == 404


def test_the_password_opens_what_is_asked_again(dr_lee: Client, north_quay: Practice) -> None:
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    where = path(north_quay, "evidence/policy.txt")
    assert dr_lee.get(where)["Location"].startswith("/again/password")

    wrong = dr_lee.post("/again/password", {"password": "not hers", "next": where})
    right = dr_lee.post("/again/password", {"password": PASSWORD, "next": where})

    assert (wrong.status_code, right["Location"]) == (200, where)
    assert dr_lee.get(where).getvalue().startswith(b"#")


def test_days_are_those_of_the_clinic_and_the_last_one_is_whole(
    dr_lee: Client, north_quay: Practice
) -> None:
    asked(dr_lee, north_quay, **{"from": "2026-10-30", "until": "2026-11-02"})

    row = Export.objects.at(north_quay.place).get()

    # Of New York, where summer time ends on 1 November 2026: from four hours behind UTC to five.
    assert row.since == datetime(2026, 10, 30, 4, tzinfo=UTC)
    assert row.until == datetime(2026, 11, 3, 5, tzinfo=UTC)
    page = dr_lee.get(path(north_quay, "evidence/")).content.decode()
    assert "30 Oct 2026 to 2 Nov 2026" in page
