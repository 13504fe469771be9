"""An older database, newer agents: a log of a new generation, and nothing acknowledged is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.outbox import exhibits
from agent.outbox.store import Outbox
from controller.identity.home import ControllerHome
from controller.ledger.lock import LockAhead
from evidence import checkpoint, leaf, report
from evidence.bodies import LocalEvent
from tests.controller.clinic import Clinic
from tests.controller.conftest import _template, bright_smiles, home
from tests.controller.tables import check_logs, rows
from tests.together.surgery import Operatory, Surgery, opened

__all__ = ["_template", "bright_smiles", "home"]


@pytest.fixture
def surgery(home: ControllerHome, bright_smiles: Clinic, tmp_path: Path) -> Iterator[Surgery]:
    with opened(home, bright_smiles, tmp_path) as surgery:
        yield surgery


@pytest.fixture
def op1(surgery: Surgery) -> Operatory:
    """OP1, whose log has grown by three reports since the backup that `restored` goes back to."""
    return surgery.operatory()


@pytest.fixture
def restored(surgery: Surgery, op1: Operatory) -> Surgery:
    op1.seal_fulls(2)
    op1.sync()
    backup = surgery.backup()
    surgery.passes(op1, days=1)
    op1.seal_fulls(3)
    op1.sync()
    surgery.restore(backup)
    return surgery


def said(op1: Operatory) -> list[str]:
    """The events that OP1 sealed for itself."""
    with Outbox(op1.home.outbox, read_only=True) as outbox:
        bodies = [
            report.unseal(one.envelope, op1.identity.report_keys()).body for one in outbox.kept()
        ]
    return [body.event for body in bodies if isinstance(body, LocalEvent)]


@pytest.mark.threat("restored-database")
def test_an_older_database_is_refilled_by_its_agents(restored: Surgery, op1: Operatory) -> None:
    op1.sync()

    assert restored.received(op1) == op1.sealed()
    assert set(op1.states()) == {"stored"}
    check_logs(restored.home)


@pytest.mark.threat("restored-database")
def test_an_old_database_serves_nobody_before_it_is_restored(
    surgery: Surgery, op1: Operatory
) -> None:
    backup = surgery.backup()
    op1.seal_fulls(1)
    op1.sync()
    surgery.close()
    surgery.put_back(backup)

    with pytest.raises(LockAhead, match="old or altered copy"):
        surgery.serve()
    surgery.home.checkpoint_lock.unlink()
    with pytest.raises(LockAhead, match="missing"):
        surgery.serve()


def test_the_new_log_begins_with_the_last_checkpoint_of_the_old(
    restored: Surgery, op1: Operatory
) -> None:
    known = checkpoint.parse(op1.identity.trust.checkpoint)
    lines = rows(
        restored.home,
        "SELECT line FROM log_entry JOIN log ON log.id = log_id WHERE generation = 2"
        " AND clinic_id IS NOT NULL ORDER BY idx",
    )
    first = leaf.read(bytes(lines[0][0]))

    assert isinstance(first, leaf.RestartLeaf)
    assert (first.old, first.why) == (known.origin, "restore")
    assert first.size >= known.size
    assert [leaf.read(bytes(line)).kind for (line,) in lines[1:]] == ["keys"] * 3 + ["admin"]


def test_an_agent_follows_the_new_log_and_keeps_the_old_checkpoint_for_ever(
    restored: Surgery, op1: Operatory
) -> None:
    before = op1.identity.trust.checkpoint
    op1.sync()
    trust = op1.identity.trust

    assert checkpoint.parse(trust.checkpoint).origin.endswith("/2")
    assert trust.log.split("+")[0].endswith("/2")
    (kept,) = exhibits.load(op1.home.exhibits)
    assert (kept.turn, kept.old) == ("log_restarted", before)
    assert said(op1).count("log_restarted") == 1


def test_a_log_that_began_anew_is_no_doubt_later(restored: Surgery, op1: Operatory) -> None:
    for _ in range(3):
        op1.seal_fulls(1)
        op1.sync()
        restored.passes(op1, days=1)

    assert said(op1) == ["log_restarted"]


def test_the_same_backup_restored_twice_takes_the_next_number(
    surgery: Surgery, op1: Operatory
) -> None:
    op1.seal_fulls(1)
    op1.sync()
    backup = surgery.backup()
    for _ in range(2):
        op1.seal_fulls(1)
        op1.sync()
        surgery.restore(backup)
    op1.sync()

    assert rows(
        surgery.home, "SELECT generation, state FROM log WHERE clinic_id IS NOT NULL ORDER BY 1"
    ) == [(1, "closed"), (2, "closed"), (3, "open")]
    assert surgery.received(op1) == op1.sealed()
    assert said(op1) == ["log_restarted", "log_restarted"]


def test_a_database_that_lost_nothing_goes_on_in_its_log(surgery: Surgery, op1: Operatory) -> None:
    op1.seal_fulls(1)
    op1.sync()

    assert surgery.restore(surgery.backup()) == ()
    op1.seal_fulls(1)
    op1.sync()
    assert said(op1) == []


def test_without_its_lock_every_log_begins_anew(surgery: Surgery, op1: Operatory) -> None:
    op1.seal_fulls(1)
    op1.sync()
    backup = surgery.backup()
    surgery.home.checkpoint_lock.unlink()

    assert len(surgery.restore(backup)) == 2
    surgery.passes(op1, days=1)
    op1.sync()
    assert said(op1) == ["log_restarted"]


def test_who_joins_after_a_restore_knows_the_new_log_alone(restored: Surgery) -> None:
    op2 = restored.operatory("op2")
    op2.seal_fulls(2)
    op2.sync()

    assert op2.identity.trust.log.split("+")[0].endswith("/2")
    assert said(op2) == []
    assert restored.received(op2) == op2.sealed()


def test_a_controller_that_rewrites_history_by_a_restart_leaves_the_contradiction(
    restored: Surgery, op1: Operatory
) -> None:
    """Both notes are signed by the log's own keys: the old one over more than is there now."""
    op1.sync()
    (kept,) = exhibits.load(op1.home.exhibits)
    held = rows(
        restored.home, "SELECT size FROM log WHERE generation = 1 AND clinic_id IS NOT NULL"
    )

    assert checkpoint.parse(kept.old).size > held[0][0]
