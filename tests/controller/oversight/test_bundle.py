"""What people said of scorecards travels in the bundle, and a changed word is found."""

import sqlite3
from contextlib import closing

import pytest

from controller.ledger.actions import By
from controller.oversight import scorecards
from controller.oversight.scorecards import Answer
from controller.tenants.models import Clinic
from tests.controller.clinic import Server
from tests.controller.exports.test_gather import exported, verified
from tests.controller.overseen import SAYS


@pytest.fixture
def read(server: Server) -> Server:
    """A scorecard that was made, and acknowledged the day after."""
    place = server.clinic.place.clinic(server.clinic.id)
    clinic = Clinic.objects.at(place).get()
    card = scorecards.keep(server.home, clinic, "2026-10", SAYS, server.now)
    server.passes(days=1)
    by = By("lee@clinic.example", "", server.now)
    said = Answer("to be encrypted next", "practice_owner")
    scorecards.acknowledge(server.home, place, card.id, said, by)
    return server


def test_an_acknowledgement_is_proven_in_the_bundle(read: Server) -> None:
    outcome = verified(read, exported(read))

    assert outcome.standing == "proven", outcome
    assert [one.act for one in outcome.stated.attestations] == ["acknowledge"]


def test_a_figure_that_was_changed_afterwards_is_false(read: Server) -> None:
    with closing(sqlite3.connect(read.home.database)) as database:
        sql = "UPDATE document SET data = CAST(replace(data, '3 of 6', '6 of 6') AS BLOB)"
        database.execute(sql)
        database.commit()

    outcome = verified(read, exported(read))

    assert outcome.standing == "false"
    assert [check for check, said in outcome.checks.items() if said == "false"] == ["W1"]
