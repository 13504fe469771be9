"""Lists are kept on pages: added to, corrected in the open, never shortened."""

import csv

import pytest
from django.test import Client
from django.utils import timezone

from controller.ledger.models import Audit
from controller.paperwork import queries
from controller.paperwork.models import Entry, Sighting
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.pages.conftest import SignIn
from tests.controller.paperwork import papers

VENDOR = {
    "field-name": "Dentsply Sirona",
    "field-service": "Sidexis",
    "field-reaches_images": "yes",
}


def entries(there: Practice) -> list[Entry]:
    return list(Entry.objects.at(there.place).order_by("n"))


def test_an_entry_is_added_and_stands_in_the_books(dr_lee: Client, north_quay: Practice) -> None:
    answer = dr_lee.post(path(north_quay, "r/vendors/"), VENDOR)

    assert answer.status_code == 302
    assert b"in use, no agreement on file" in dr_lee.get(path(north_quay, "r/vendors/")).content
    act = Audit.objects.at(north_quay.place).get(action="register.add")
    assert act.after["name"] == "Dentsply Sirona"


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    dr_lee: Client, north_quay: Practice
) -> None:
    typed = {**VENDOR, "field-agreement_signed": "last year", "field-service": "Sidexis 4"}

    answer = dr_lee.post(path(north_quay, "r/vendors/"), typed)

    assert b"is no day; write it as" in answer.content
    assert b'value="Sidexis 4"' in answer.content
    assert entries(north_quay) == []


def test_a_correction_is_the_next_version_and_the_first_one_stays(
    dr_lee: Client, north_quay: Practice
) -> None:
    dr_lee.post(path(north_quay, "r/vendors/"), VENDOR)
    one = path(north_quay, f"r/vendors/{entries(north_quay)[0].entry}/")

    dr_lee.post(one, {**VENDOR, "field-agreement_signed": "2026-01-05"})

    assert [(row.n, row.data["agreement_signed"]) for row in entries(north_quay)] == [
        (1, None),
        (2, "2026-01-05"),
    ]
    shown = dr_lee.get(one).content
    assert b"Version 1" in shown
    assert "agreement of 5\N{NO-BREAK SPACE}Jan\N{NO-BREAK SPACE}2026" in shown.decode()
    act = Audit.objects.at(north_quay.place).get(action="register.correct")
    assert (act.before["agreement_signed"], act.after["agreement_signed"]) == (None, "2026-01-05")


def test_what_was_entered_in_error_is_struck_with_a_reason(
    dr_lee: Client, north_quay: Practice
) -> None:
    dr_lee.post(path(north_quay, "r/vendors/"), VENDOR)
    one = path(north_quay, f"r/vendors/{entries(north_quay)[0].entry}/")

    assert b"why is it struck?" in dr_lee.post(one, {"strike": "1", "why": ""}).content
    dr_lee.post(one, {"strike": "1", "why": "listed twice"})

    assert [row.is_struck for row in entries(north_quay)] == [False, True]
    assert b"struck: listed twice" in dr_lee.get(path(north_quay, "r/vendors/")).content


def test_an_auditor_reads_and_writes_nothing(north_quay: Practice, sign_in: SignIn) -> None:
    user = person(north_quay, Role.AUDITOR, "audit@example.example", north_quay.clinic)
    client = sign_in(user.email)

    assert b">Add</button>" not in client.get(path(north_quay, "r/vendors/")).content
    assert client.post(path(north_quay, "r/vendors/"), VENDOR).status_code == 404
    assert entries(north_quay) == []


def test_software_in_use_without_a_vendors_line_is_told(
    dr_lee: Client, north_quay: Practice
) -> None:
    for key, label in (("anydesk", "anydesk"), ("rdp", "remote desktop"), ("sidexis", "sidexis")):
        Sighting(
            org=north_quay.org, clinic=north_quay.clinic, what="remote_access", key=key,
            label=label, first_at=timezone.now(),
        ).save()  # fmt: skip
    dr_lee.post(path(north_quay, "r/vendors/"), {**VENDOR, "field-software": "Sidexis 4"})

    shown = dr_lee.get(path(north_quay, "r/vendors/")).content.decode()

    assert "In use, no agreement on file:</strong> anydesk." in shown


def test_each_vendor_owes_its_own_agreement(dr_lee: Client, north_quay: Practice) -> None:
    for name in ("Dentsply Sirona", "Elm Street Lab"):
        papers.listed(north_quay, "vendors", name=name, service="x", reaches_images="yes")

    asked = queries.standings(north_quay.clinic, timezone.now())

    found = [one.subject.name for one in asked if one.kind.id == "baa"]
    assert found == ["Dentsply Sirona", "Elm Street Lab"]


def test_who_left_owes_an_offboarding_record(north_quay: Practice) -> None:
    papers.listed(north_quay, "people", reference="AB", started="2020-01-01", left="2026-01-05")
    papers.listed(north_quay, "people", reference="CD", started="2020-01-01")

    asked = queries.standings(north_quay.clinic, timezone.now())

    owed = {(one.kind.id, one.subject.name) for one in asked if one.kind.scope == "person"}
    assert owed == {("offboarding-record", "AB"), ("training-record", "CD")}


def test_a_vendor_that_changes_and_an_incident_that_closes_make_statements_due(
    north_quay: Practice,
) -> None:
    papers.signed(north_quay, "risk-analysis")
    papers.signed(north_quay, "ir-plan")

    papers.listed(north_quay, "vendors", name="Elm Street Lab", reaches_images="yes")
    first = papers.listed(north_quay, "incidents", what="lost", discovered_on="2026-01-01")
    before = {one.kind.id: one for one in queries.standings(north_quay.clinic, timezone.now())}
    papers.listed(
        north_quay, "incidents", first.entry, what="lost", discovered_on="2026-01-01",
        closed_on="2026-02-01",
    )  # fmt: skip
    after = {one.kind.id: one for one in queries.standings(north_quay.clinic, timezone.now())}

    assert before["risk-analysis"].standing.reason == "changed:vendor"
    assert before["ir-plan"].standing.reason == ""
    assert after["ir-plan"].standing.reason == "changed:incident"


def test_a_table_is_whole_and_computes_nothing(dr_lee: Client, north_quay: Practice) -> None:
    dr_lee.post(path(north_quay, "r/vendors/"), {**VENDOR, "field-name": "@SUM(A1)"})

    answer = dr_lee.get(path(north_quay, "r/vendors.csv"))

    _, *lines = answer.getvalue().decode().splitlines(keepends=True)
    (row,) = csv.DictReader(lines)
    assert row["Vendor"] == "'@SUM(A1)"
    assert row["by"] == north_quay.dr_lee.email


@pytest.mark.parametrize("tail", ["r/nothing/", "r/nothing.csv"])
def test_a_list_that_nobody_keeps_is_not_there(
    tail: str, dr_lee: Client, north_quay: Practice
) -> None:
    assert dr_lee.get(path(north_quay, tail)).status_code == 404
