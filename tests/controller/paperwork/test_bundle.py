"""What people signed travels in the bundle, and a stranger finds the one that was changed."""

import sqlite3
from contextlib import closing

import pytest

from controller.ledger.actions import By
from controller.paperwork import actions, drafts, queries
from controller.paperwork.subjects import WHOLE
from controller.tenants.models import Clinic
from tests.controller.clinic import Server
from tests.controller.exports.test_gather import exported, verified

TYPED = {"result": "pass", "performed_on": "2026-01-05", "field-opened": "yes"}


@pytest.fixture
def restored(server: Server) -> Server:
    """A restore test, signed, and rejected the day after."""
    place = server.clinic.place.clinic(server.clinic.id)
    clinic = Clinic.objects.at(place).get()
    day = queries.today(clinic, server.now)
    kind, pack = queries.kind(place, "restore-test")
    draft = drafts.read(kind, {**TYPED, "performed_on": day.day.isoformat()}, day).draft
    signing = actions.Signing(place, clinic.id, kind, pack, WHOLE, "it_admin")
    one = actions.sign(server.home, signing, draft, By("it@clinic.example", "", server.now))
    server.passes(days=1)
    by = By("dr_lee", "", server.now)
    actions.reject(server.home, place, one.id, "the images were of 2019", by)
    return server


def test_a_signed_statement_is_proven_in_the_bundle(restored: Server) -> None:
    outcome = verified(restored, exported(restored))

    assert outcome.standing == "proven", outcome
    assert [one.act for one in outcome.stated.attestations] == ["sign", "reject"]


def test_one_that_was_changed_afterwards_is_false(restored: Server) -> None:
    with closing(sqlite3.connect(restored.home.database)) as database:
        sql = "UPDATE document SET data = CAST(replace(data, 'pass', 'fail') AS BLOB)"
        database.execute(sql)
        database.commit()

    outcome = verified(restored, exported(restored))

    assert outcome.standing == "false"
    assert [check for check, said in outcome.checks.items() if said == "false"] == ["W1"]
