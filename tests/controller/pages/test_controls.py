"""The map of controls: measured, stated and not covered are told apart, and so are the sources."""

import csv
import hashlib
import io
import re

import pytest
from django.test import Client

from controller.controls import standing
from controller.controls.catalogue import catalogue
from controller.ledger.models import Audit
from controller.pages import controls
from controller.paperwork.registers.index import BY_ID
from controller.people.roles import Role
from tests.controller.bright_smiles import NOW, Practice, path, person


@pytest.fixture
def page(dr_lee: Client, north_quay: Practice) -> str:
    return dr_lee.get(path(north_quay, "controls/")).content.decode()


def row(page: str, control: str) -> str:
    found = re.search(rf'<tr id="{control}">.*?</tr>', page, re.DOTALL)
    assert found, control
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def test_a_control_names_its_worst_part_with_its_whole(page: str) -> None:
    assert re.search(r"fail Every disk .* proven, 1 failing", row(page, "ENC-02"))


def test_what_was_never_stated_is_expired(page: str) -> None:
    assert "never stated A security official is named: never stated" in row(page, "GOV-01")


def test_every_control_of_the_controller_is_checked(north_quay: Practice) -> None:
    parts = [part for row in standing.of_clinic(north_quay.clinic, NOW) for part in row.parts]

    assert len(parts) > len(catalogue().controls)
    assert [one.name for one in parts if "the controller does not check" in one.words] == []


def test_what_people_keep_is_one_step_away(dr_lee: Client, north_quay: Practice) -> None:
    page = dr_lee.get(path(north_quay, "controls/")).content.decode()
    found = re.search(r'<tr id="GOV-06">.*?href="([^"]+)"', page, re.DOTALL)

    assert found
    assert found[1] == path(north_quay, "oversight/")
    assert dr_lee.get(found[1]).status_code == 200


def test_every_list_and_page_of_the_map_is_there() -> None:
    assert set(controls._LISTS.values()) <= set(BY_ID)
    asked = {one.id for one in catalogue().controls if "C" in one.mode}
    assert set(controls._LISTS) | set(controls._PAGES) <= asked


def test_what_nobody_said_is_unknown(page: str) -> None:
    assert "nobody has recorded whether it is a covered entity" in row(page, "GOV-06")


def test_the_proposal_is_said_not_to_be_law(page: str) -> None:
    assert "is not law" in page
    assert "HIPAA requires" not in page


def test_every_figure_is_answered_with_its_n(dr_lee: Client, north_quay: Practice) -> None:
    page = dr_lee.get(path(north_quay, "figures/")).content.decode()
    assert "Nobody is on the list of staff" in page
    assert "No security patch is known to have waited" in page
    assert re.search(r"\d+ of \d+ enrolled machines within their allowance", page)


def test_the_page_is_light(page: str) -> None:
    assert len(page) < 120_000


def test_the_table_leaves_as_csv_with_hash_and_act(dr_lee: Client, north_quay: Practice) -> None:
    data = dr_lee.get(path(north_quay, "controls.csv")).getvalue()
    head, columns, *rows = csv.reader(io.StringIO(data.decode()))

    assert len(rows) == 93
    assert {len(one) for one in rows} == {len(columns)}
    act = Audit.objects.at(north_quay.place).get(action="table.export")
    assert head[-1] == catalogue().sha256
    assert act.after["sha256"] == hashlib.sha256(data).hexdigest()


def test_who_may_not_export_gets_no_table(north_quay: Practice, sign_in) -> None:
    author = person(north_quay, Role.RULE_AUTHOR, "ann@north-quay-it.example", north_quay.clinic)
    signed_in = sign_in(author.email)

    assert signed_in.get(path(north_quay, "controls/")).status_code == 200
    assert signed_in.get(path(north_quay, "controls.csv")).status_code == 404


def test_a_figure_leads_to_the_list_that_it_counts(dr_lee: Client, north_quay: Practice) -> None:
    page = dr_lee.get(path(north_quay, "figures/")).content.decode()

    assert f'href="{path(north_quay, "r/restore-tests/")}"' in page
    assert "Time to revoke" in page
    assert "0 of 0" not in page
