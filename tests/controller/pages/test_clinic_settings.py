"""Retention, hold and hours of a clinic: each is an act, and what hangs on it follows."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from controller.findings.day_models import ClinicDay
from controller.fleet.models import Machine
from controller.ledger.models import Audit, Keeping
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, path, person

WEEK = {"zone": "America/New_York", "mon": "08:00-12:00, 13:00-18:00", "tue": "7:30-16:00"}
OPENING = {**WEEK, "closures": "2026-12-25\n2027-01-01"}


def settings(there: Practice) -> str:
    return path(there, "settings/")


def opening(there: Practice) -> str:
    return path(there, "hours/")


def acts(there: Practice) -> list[str]:
    rows = Audit.objects.at(there.place).filter(clinic=there.clinic).order_by("n")
    return [row.action for row in rows if row.action.startswith("retention")]


def test_hours_stand_on_the_page(dr_lee: Client, north_quay: Practice) -> None:
    dr_lee.post(opening(north_quay), OPENING)

    page = dr_lee.get(settings(north_quay)).content
    assert b"Monday: 08:00-12:00, 13:00-18:00" in page
    assert b"2026-12-25, 2027-01-01" in page


def test_machines_are_due_by_the_new_hours(dr_lee: Client, north_quay: Practice) -> None:
    """Open for an hour a week: eight open hours are two months, and a month is the most."""
    dr_lee.post(opening(north_quay), {"zone": "UTC", "mon": "08:00-09:00"})

    op1 = Machine.objects.at(north_quay.place).get(host="OP1")
    assert op1.due_by - op1.seen_at == timedelta(days=31)


def test_a_clinic_that_moves_has_its_line_drawn_anew(dr_lee: Client, north_quay: Practice) -> None:
    day = timezone.now().date() - timedelta(days=1)
    counts = dict.fromkeys(("proven", "failing", "error", "unknown", "stale", "not_applicable"), 0)
    row = {"org": north_quay.org, "clinic": north_quay.clinic, "day": day, **counts}
    ClinicDay(**row).save(force_insert=True)
    dr_lee.post(opening(north_quay), OPENING)
    assert ClinicDay.objects.at(north_quay.place).exists()

    dr_lee.post(opening(north_quay), {**OPENING, "zone": "America/Chicago"})
    assert not ClinicDay.objects.at(north_quay.place).exists()


def test_terms_may_grow_and_not_shrink(dr_lee: Client, north_quay: Practice) -> None:
    longer = {"act": "terms", "reports": "3650", "facts": "365"}
    assert dr_lee.post(settings(north_quay), longer).status_code == 302
    answer = dr_lee.post(settings(north_quay), {**longer, "reports": "2191"})

    assert b"cannot be kept for 2,191 days" in answer.content
    kept = Keeping.objects.at(north_quay.place).get()
    assert (kept.reports_days, kept.facts_days) == (3650, 365)
    assert acts(north_quay) == ["retention.set"]


def test_a_hold_is_laid_and_ended_with_a_reason(dr_lee: Client, north_quay: Practice) -> None:
    assert dr_lee.post(settings(north_quay), {"act": "hold", "reason": " "}).status_code == 422
    dr_lee.post(settings(north_quay), {"act": "hold", "reason": "a letter of counsel"})
    page = dr_lee.get(settings(north_quay)).content
    assert b'data-held="yes"' in page
    assert b"a letter of counsel" in page
    again = dr_lee.post(settings(north_quay), {"act": "hold", "reason": "again"})
    assert again.status_code == 409

    dr_lee.post(settings(north_quay), {"act": "release", "reason": "settled"})
    assert b'data-held="no"' in dr_lee.get(settings(north_quay)).content
    assert acts(north_quay) == ["retention.hold", "retention.release"]


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.CLINIC_OWNER, 200), (Role.AUDITOR, 200), (Role.MSP_TECH, 404), (Role.CLINIC_IT, 404)],
)
def test_who_may_read_the_audit_log_sees_it_and_changes_nothing(
    role: Role, sees: int, north_quay: Practice, sign_in
) -> None:
    email = f"{role.value}@bright-smiles.example"
    client = sign_in(person(north_quay, role, email, north_quay.clinic).email)

    answer = client.get(settings(north_quay))
    assert answer.status_code == sees
    assert b"<button>Hold" not in answer.content
    assert client.post(settings(north_quay), {"act": "hold", "reason": "x"}).status_code == 404


def test_after_five_minutes_it_is_asked_again(dr_lee: Client, north_quay: Practice) -> None:
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    answer = dr_lee.post(settings(north_quay), {"act": "hold", "reason": "a letter"})

    assert answer["Location"].startswith("/again/")
    assert not Keeping.objects.at(north_quay.place).exists()
