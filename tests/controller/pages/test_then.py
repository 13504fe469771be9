"""A date box on the clinic and the machine: how it stood on that day, and who knew."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from controller.pages.then import day
from tests.controller.bright_smiles import NOW, Practice, machine_path, path


def text(client: Client, where: str, at: str) -> str:
    body = client.get(where, {"at": at}).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def ago(days: int) -> str:
    return (NOW - timedelta(days=days)).date().isoformat()


def test_a_machine_that_fails_today_passed_before_it_began_to(
    dr_lee: Client, north_quay: Practice
) -> None:
    where = machine_path(north_quay, "OP1")
    now, then = text(dr_lee, where, ago(0)), text(dr_lee, where, ago(12))

    assert re.search(r"As it was: .*[1-9]\d* failing", now)
    assert " failing" not in then.split("Rules", 1)[0]


def test_a_clinic_lists_its_machines_of_that_day(dr_lee: Client, north_quay: Practice) -> None:
    page = text(dr_lee, path(north_quay), ago(0))

    assert "As it was:" in page
    assert "As we knew it:" in page
    assert "OP1" in page


@pytest.mark.parametrize("where", [path, lambda one: machine_path(one, "OP1")])
def test_before_the_first_machine_there_is_nothing(
    where, dr_lee: Client, north_quay: Practice
) -> None:
    page = text(dr_lee, where(north_quay), "2001-01-01")

    assert "on that day" in page
    assert "proven (" not in page


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [("2999-01-01", "has not come yet"), ("3 March", "is no day"), ("", "is no day")],
)
def test_a_day_that_is_none_is_said_to_be(
    asked: str, wrong: str, dr_lee: Client, north_quay: Practice
) -> None:
    assert wrong in text(dr_lee, path(north_quay), asked)


def test_a_day_ends_at_midnight_of_the_clinic() -> None:
    asked = day("2026-03-08", ZoneInfo("America/New_York"), NOW)

    assert asked.at.isoformat() == "2026-03-09T00:00:00-04:00"
