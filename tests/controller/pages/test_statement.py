"""A statement is signed on a page by who may, kept byte for byte, and rejected in the open."""

import csv
import hashlib
import json
import re

import pytest
from django.test import Client

from controller.ledger.models import Audit, Document
from controller.paperwork.models import Attestation
from controller.people.roles import Role
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.pages.conftest import SignIn
from tests.controller.paperwork import papers

RESTORED = {
    "result": "pass",
    "performed_on": "2026-01-20",
    "field-opened": "yes",
    "doc_where": "binder 3",
}
SIGN = "paperwork/sign/restore-test/"


def statements(there: Practice) -> list[Attestation]:
    return list(Attestation.objects.at(there.place).order_by("signed_at"))


@pytest.fixture
def clinic_it(north_quay: Practice, sign_in: SignIn) -> Client:
    user = person(north_quay, Role.CLINIC_IT, "it@bright-smiles.example", north_quay.clinic)
    return sign_in(user.email)


def test_who_is_the_owner_of_a_kind_signs_it(clinic_it: Client, north_quay: Practice) -> None:
    answer = clinic_it.post(path(north_quay, SIGN), RESTORED)

    assert answer.status_code == 302
    (one,) = statements(north_quay)
    assert (one.signed_by, one.signed_as) == ("it@bright-smiles.example", "clinic_it")
    shown = clinic_it.get(path(north_quay, SIGN)).content
    assert b"binder 3" in shown
    assert str(one.id).encode() in shown


def test_what_was_signed_is_in_the_log_byte_for_byte(
    clinic_it: Client, north_quay: Practice
) -> None:
    clinic_it.post(path(north_quay, SIGN), RESTORED)

    kept = Document.objects.at(north_quay.place).get(kind="attestation")
    said = json.loads(kept.data)
    assert said["doc"] == {"sha256": None, "where": "binder 3"}
    assert said["signed_by"] == "it@bright-smiles.example"
    leaf = kept.leaf
    assert leaf > 0
    act = Audit.objects.at(north_quay.place).get(action="attestation.sign")
    assert act.after["kind"] == "restore-test"


def test_the_next_statement_names_the_one_that_it_replaces(
    clinic_it: Client, north_quay: Practice
) -> None:
    for _ in range(2):
        clinic_it.post(path(north_quay, SIGN), RESTORED)

    first, second = statements(north_quay)
    assert (first.replaces, second.replaces) == (None, first.id)


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
    clinic_it: Client, north_quay: Practice
) -> None:
    answer = clinic_it.post(path(north_quay, SIGN), {**RESTORED, "doc_sha": "no hash"})

    assert b"64 hexadecimal digits" in answer.content
    assert b'value="binder 3"' in answer.content
    assert statements(north_quay) == []


@pytest.mark.parametrize(
    ("role", "signs"),
    [
        (Role.CLINIC_OWNER, {"appointment"}),
        (Role.OFFICE_MANAGER, {"facility-checklist"}),
        (Role.CLINIC_IT, {"restore-test"}),
        (Role.MSP_ADMIN, set()),
        (Role.MSP_TECH, set()),
        (Role.AUDITOR, set()),
    ],
)
def test_each_role_signs_what_is_its_own(
    role: Role, signs: set[str], north_quay: Practice, sign_in: SignIn
) -> None:
    user = person(north_quay, role, "one@bright-smiles.example", north_quay.clinic)
    client = sign_in(user.email)
    kinds = ("appointment", "facility-checklist", "restore-test", "risk-analysis")

    able = {
        kind
        for kind in kinds
        if b">Sign</button>" in client.get(path(north_quay, f"paperwork/sign/{kind}/")).content
    }

    assert able == signs


def test_who_may_not_sign_it_gets_no_answer(dr_lee: Client, north_quay: Practice) -> None:
    assert dr_lee.post(path(north_quay, SIGN), RESTORED).status_code == 404
    assert statements(north_quay) == []


def test_somebody_of_an_msp_signs_when_designated(dr_lee: Client, north_quay: Practice) -> None:
    papers.designated(north_quay, "it_admin")

    assert dr_lee.post(path(north_quay, SIGN), RESTORED).status_code == 302
    assert statements(north_quay)[0].signed_as == "it_admin"


def test_a_rule_author_does_not_see_the_papers(north_quay: Practice, sign_in: SignIn) -> None:
    user = person(north_quay, Role.RULE_AUTHOR, "author@north-quay-it.example")

    assert sign_in(user.email).get(path(north_quay, "paperwork/")).status_code == 404


def test_a_signature_is_asked_for_anew_after_five_minutes(
    clinic_it: Client, north_quay: Practice
) -> None:
    session = clinic_it.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()

    answer = clinic_it.post(path(north_quay, SIGN), RESTORED)

    assert answer["Location"].startswith("/again/")
    assert statements(north_quay) == []


def test_a_rejected_statement_stays_and_is_expired(clinic_it: Client, north_quay: Practice) -> None:
    one = papers.signed(north_quay, "restore-test")
    reject = path(north_quay, f"paperwork/{one.id}/reject")

    clinic_it.post(reject, {"why": "the images were of 2019"})

    shown = clinic_it.get(path(north_quay, SIGN)).content
    assert b'data-state="expired"' in shown
    assert b"the images were of 2019" in shown
    assert Document.objects.at(north_quay.place).filter(document_id=one.id).count() == 2
    assert clinic_it.post(reject, {"why": "again"}).status_code == 409


def test_papers_that_may_hold_names_of_patients_say_so(
    north_quay: Practice, sign_in: SignIn
) -> None:
    user = person(north_quay, Role.OFFICE_MANAGER, "desk@bright-smiles.example", north_quay.clinic)
    client = sign_in(user.email)

    assert b"data-phi" in client.get(path(north_quay, "paperwork/sign/walkthrough/")).content
    plain = client.get(path(north_quay, "paperwork/sign/facility-checklist/")).content
    assert b"data-phi" not in plain
    assert b'type="file"' not in plain


def test_the_list_says_what_is_open_and_what_holds(dr_lee: Client, north_quay: Practice) -> None:
    papers.fill(north_quay)

    shown = dr_lee.get(path(north_quay, "paperwork/")).content.decode()

    assert "A plan says what is done in an incident" in shown.partition('id="holding"')[2]
    assert "Images were restored" in shown.partition('id="holding"')[0]


def test_what_the_reader_signs_stands_before_what_others_sign(
    dr_lee: Client, north_quay: Practice
) -> None:
    papers.designated(north_quay, "it_admin")

    shown = dr_lee.get(path(north_quay, "paperwork/")).content.decode()
    mine, _, theirs = shown.partition('id="theirs"')

    assert 'id="mine"' in mine
    assert "sign/restore-test/" in mine
    assert "sign/walkthrough/" not in mine
    assert "sign/walkthrough/" in theirs.partition('id="registers"')[0]


def test_no_cell_of_the_table_is_a_formula(dr_lee: Client, north_quay: Practice) -> None:
    papers.designated(north_quay, "it_admin")
    dr_lee.post(path(north_quay, SIGN), {**RESTORED, "doc_where": "=HYPERLINK(1)"})

    answer = dr_lee.get(path(north_quay, "paperwork.csv"))

    _, *lines = answer.getvalue().decode().splitlines(keepends=True)
    rows = list(csv.DictReader(lines))
    found = [row["document"] for row in rows if row["document"]]
    assert found == ["'=HYPERLINK(1)"]
    assert len(rows) == 44


def test_a_document_is_named_by_its_hash_alone(clinic_it: Client, north_quay: Practice) -> None:
    sha = hashlib.sha256(b"the report").hexdigest()

    clinic_it.post(path(north_quay, SIGN), {**RESTORED, "doc_sha": sha.upper()})

    assert statements(north_quay)[0].doc_sha == sha


def test_what_is_stated_of_a_machine_asks_which_one(
    clinic_it: Client, north_quay: Practice
) -> None:
    gone = path(north_quay, "paperwork/sign/disposal-certificate/")
    op1 = north_quay.machines["OP1"].id
    typed = {"result": "pass", "performed_on": "2026-01-20", "field-method": "shredded"}

    assert b"About which machine?" in clinic_it.get(gone).content
    assert clinic_it.post(f"{gone}?about={op1}", typed).status_code == 302
    assert statements(north_quay)[0].subject_name == "OP1"
    assert clinic_it.get(f"{gone}?about={north_quay.org.id}").status_code == 404


def test_the_clinics_page_says_how_much_is_open(dr_lee: Client, north_quay: Practice) -> None:
    papers.fill(north_quay)

    said = re.sub(rb"\s+", b" ", dr_lee.get(path(north_quay)).content)
    assert re.search(rb"</a>: \d+ statements never made, (\d+ expired, )?2 due\.", said)


@pytest.mark.parametrize("tail", ["paperwork/", "calendar/"])
def test_a_page_of_papers_asks_as_often_however_many_there_are(
    tail: str, dr_lee: Client, north_quay: Practice, django_assert_max_num_queries
) -> None:
    papers.fill(north_quay)
    for number in range(20):
        papers.listed(north_quay, "vendors", name=f"Vendor {number}", reaches_images="yes")
    dr_lee.get(path(north_quay, tail))

    with django_assert_max_num_queries(20):
        dr_lee.get(path(north_quay, tail))
