"""Every population can be taken along, says whose it is, and holds nothing that computes."""

import asyncio
import csv
import hashlib
import io

import pytest
from django.test import Client

from controller.exports.cells import harmless, written
from controller.exports.tables.index import TABLES
from controller.findings.models import RuleSpan, RuleState
from controller.fleet.models import Machine
from controller.ledger.models import Audit
from controller.legible import legible
from controller.pages.flow import Flow
from controller.people.roles import Role
from tests.controller.alerts import told
from tests.controller.bright_smiles import Practice, path, person
from tests.controller.paperwork.papers import fill


def table(signed_in: Client, north_quay: Practice, name: str) -> list[list[str]]:
    answer = signed_in.get(path(north_quay, f"tables/{name}.csv"))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.getvalue().decode())))


@pytest.fixture
def filled(north_quay: Practice) -> Practice:
    fill(north_quay)
    told.alert(north_quay)
    return north_quay


@pytest.mark.parametrize("name", [one.id for one in TABLES])
def test_every_table_has_a_head_columns_and_rows_as_wide(
    name: str, dr_lee: Client, filled: Practice
) -> None:
    head, columns, *rows = table(dr_lee, filled, name)

    assert head[1] == "Bright Smiles"
    assert "unsigned" in head
    assert {len(row) for row in rows} <= {len(columns)}


def test_the_populations_are_whole(dr_lee: Client, filled: Practice) -> None:
    whole = (("machines", Machine), ("verdicts", RuleState), ("spans", RuleSpan))
    for name, model in whole:
        assert len(table(dr_lee, filled, name)) - 2 == model.objects.at(filled.place).count()


def test_a_pass_of_a_silent_machine_is_told_as_stale(dr_lee: Client, filled: Practice) -> None:
    _, columns, *rows = table(dr_lee, filled, "verdicts")
    told_ = [dict(zip(columns, row, strict=True)) for row in rows]

    assert {one["shown as"] for one in told_ if one["machine"] == "FRONT2"} >= {"stale"}
    assert "pass" not in {one["shown as"] for one in told_ if one["machine"] == "FRONT2"}


@pytest.mark.threat("formula")
def test_what_a_machine_calls_itself_is_no_formula(dr_lee: Client, north_quay: Practice) -> None:
    Machine.objects.at(north_quay.place).filter(host="OP1").update(host='=HYPERLINK("x")')
    _, columns, *rows = table(dr_lee, north_quay, "machines")

    assert [row for row in rows if row[columns.index("machine")].startswith("=")] == []
    assert any(row[columns.index("machine")] == '\'=HYPERLINK("x")' for row in rows)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1"])
def test_a_cell_that_computes_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == legible(f"'{text}")


SPLIT = (
    ("sold;=1", "sold;'=1"),
    ("sold; @x", "sold;' @x"),
    ("sold\r\n+1", "sold\r\n'+1"),
    ("sold\t-1", "sold\t'-1"),
    ("sold|＝1", "sold|'＝1"),
    ("sold in May; to Sam", "sold in May; to Sam"),
)


@pytest.mark.threat("formula")
@pytest.mark.parametrize(("text", "stands"), SPLIT)
def test_nothing_computes_where_a_system_splits_cells_at_another_sign(
    text: str, stands: str
) -> None:
    """Where the list separator is no comma, a spreadsheet opens tables by what it is."""
    assert harmless(text) == stands


def test_numbers_and_words_stay_as_they_are() -> None:
    assert [written(one) for one in (-3, "OP1", "", None, True)] == ["-3", "OP1", "", "", "yes"]


def test_the_act_holds_the_hash_of_what_left(dr_lee: Client, north_quay: Practice) -> None:
    answer = dr_lee.get(path(north_quay, "tables/machines.csv"))
    data = answer.getvalue()

    act = Audit.objects.at(north_quay.place).get(action="table.export")
    assert act.after == {
        "table": "machines",
        "rows": 6,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    assert answer["Content-Length"] == str(len(data))


def test_an_office_manager_gets_no_acts_and_a_rule_author_no_table(
    north_quay: Practice, sign_in
) -> None:
    desk = sign_in(person(north_quay, Role.OFFICE_MANAGER, "fd@x.example", north_quay.clinic).email)
    author = sign_in(person(north_quay, Role.RULE_AUTHOR, "ann@x.example", north_quay.clinic).email)

    assert desk.get(path(north_quay, "tables/machines.csv")).getvalue()
    assert desk.get(path(north_quay, "tables/audit.csv")).status_code == 404
    assert author.get(path(north_quay, "tables/machines.csv")).status_code == 404
    assert author.get(path(north_quay, "tables/")).status_code == 404


def test_a_file_leaves_in_pieces_under_an_asynchronous_server() -> None:
    file = io.BytesIO(bytes(200_000))

    async def heard() -> list[int]:
        return [len(piece) async for piece in Flow(file, "x.csv", "text/csv")]

    assert asyncio.run(heard()) == [65536, 65536, 65536, 3392]
