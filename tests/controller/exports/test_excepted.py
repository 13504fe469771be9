"""What people accepted is in the bundle: documents that are proven, and a table that says who."""

import csv
import io
import json
from zipfile import ZipFile

import pytest

from controller.findings import waiving
from controller.policy.models import Waiver
from tests.controller.clinic import Server
from tests.controller.exports.test_gather import exported, verified
from tests.controller.findings.test_waiving import Desk


@pytest.fixture
def alone(server: Server) -> Desk:
    """Dr. Lee, who alone may approve, and has approved what he asked for himself."""
    desk = Desk(server)
    waiving.allow_self_approval(desk.call(desk.admin), desk.clinic.org, on=True)
    desk.approves(desk.asks(desk.owner, reason="=the maker forbids it"), desk.owner)
    server.passes(hours=1)
    return desk


def test_the_documents_are_proven(alone: Desk) -> None:
    outcome = verified(alone.server, exported(alone.server))

    assert [one.act for one in outcome.stated.waivers] == ["request", "approve"]
    assert "W1" not in {problem.check for problem in outcome.problems}


def test_a_document_says_that_it_was_self_approved(alone: Desk) -> None:
    data = exported(alone.server)
    with ZipFile(io.BytesIO(data)) as bundle:
        lines = bundle.read("waivers.jsonl").splitlines()

    said = [json.loads(json.loads(line)["document"]) for line in lines]
    assert [one["self_approved"] for one in said] == [False, True]


def test_the_page_and_the_table_say_it_too_and_hold_no_formula(alone: Desk) -> None:
    with ZipFile(io.BytesIO(exported(alone.server))) as bundle:
        page = bundle.read("derived/report.html").decode()
        _, columns, row = csv.reader(io.StringIO(bundle.read("derived/waivers.csv").decode()))

    told = dict(zip(columns, row, strict=True))
    assert (told["self-approved"], told["state"]) == ("self-approved", "active")
    assert told["reason"] == "'=the maker forbids it"
    assert "self-approved by dr_lee@bright-smiles.example" in page


def test_where_nothing_was_accepted_the_page_is_silent(server: Server) -> None:
    with ZipFile(io.BytesIO(exported(server))) as bundle:
        assert "What people accepted" not in bundle.read("derived/report.html").decode()
    assert not Waiver.objects.at(server.clinic.place).exists()
