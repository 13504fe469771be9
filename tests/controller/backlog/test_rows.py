"""What was stirred is done, and soon enough, whoever else writes the row."""

from datetime import timedelta

import pytest
from django.db import connection

from controller.backlog import rows
from controller.ledger.sql import moment
from tests.controller.bright_smiles import NOW, Practice, new_home, practice

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def north_quay(db, tmp_path, settings) -> Practice:
    home = new_home(tmp_path / "controller")
    settings.HOME = home.root
    return practice(home, stories=())


@pytest.fixture
def clinic(north_quay: Practice) -> tuple[str, str]:
    return north_quay.org.id.hex, north_quay.clinic.id.hex


def due(at=NOW) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        return rows.due(cursor, rows.LOOK, moment(at))


def stir(matter: tuple[str, str], at=NOW) -> None:
    with connection.cursor() as cursor:
        rows.stir(cursor, rows.LOOK, [matter], moment(at))


def put_off(matter: tuple[str, str], at) -> None:
    with connection.cursor() as cursor:
        rows.put_off(cursor, rows.LOOK, matter, moment(at))


def test_what_is_stirred_is_due(clinic) -> None:
    stir(clinic)

    assert due() == [clinic]


def test_what_was_looked_into_waits_for_its_time(clinic) -> None:
    stir(clinic)
    put_off(clinic, LATER)

    assert (due(), due(LATER)) == ([], [clinic])


def test_a_change_brings_it_forward(clinic) -> None:
    put_off(clinic, LATER)
    stir(clinic)

    assert due() == [clinic]


def test_a_change_that_may_wait_puts_nothing_off(clinic) -> None:
    stir(clinic)
    stir(clinic, LATER)

    assert due() == [clinic]
