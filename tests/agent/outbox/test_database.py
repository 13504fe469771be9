"""SQLite's troubles as sentences, and what becomes of a file that is damaged."""

import sqlite3
from pathlib import Path

import pytest

from agent.errors import DiskFull, OutboxDamaged, OutboxError
from agent.outbox.store import Outbox
from evidence import chain, envelope
from evidence.chain import Head
from evidence.envelope import PayloadType
from evidence.keys import SigningKey
from tests.agent.practice import Practice

SEALED = envelope.sign(PayloadType.REPORT, b"x" * 50_000, SigningKey.from_seed(b"7" * 32))


@pytest.fixture
def outbox(tmp_path: Path, practice: Practice):
    with Outbox(tmp_path / "outbox.sqlite") as opened:
        opened.begin("ab" * 32, chain.start("ab" * 32))
        yield opened


def fill(outbox: Outbox, practice: Practice) -> None:
    with outbox.transaction():
        outbox.append(Head(1, 1, SEALED.sha), "full", SEALED, practice.now)


def test_a_full_disk_is_said_and_leaves_the_head_where_it_was(
    outbox: Outbox, practice: Practice
) -> None:
    outbox._link.execute("PRAGMA max_page_count = 8")
    with pytest.raises(DiskFull, match="disk is full"):
        fill(outbox, practice)

    assert outbox.head() == chain.start("ab" * 32)
    assert list(outbox.kept()) == []


def test_a_file_that_another_process_holds_is_said_to_be_held(
    outbox: Outbox, practice: Practice
) -> None:
    outbox._link.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(outbox.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutboxError, match="held by another process"):
        fill(outbox, practice)
    other.close()


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "outbox.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(OutboxDamaged):
        Outbox(tmp_path / "outbox.sqlite")


def test_a_place_that_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OutboxError) as caught:
        Outbox(tmp_path / "no folder" / "outbox.sqlite")

    assert caught.value.advice


def test_a_damaged_memory_of_the_courier_is_put_aside(practice: Practice) -> None:
    practice.seal(1)
    practice.deliver()
    practice.home.courier.write_bytes(b"\x00" * 4096)

    practice.seal(1)
    practice.deliver()

    assert practice.states() == ["stored"] * 2
    assert list(practice.home.courier.parent.glob("courier.sqlite.aside-*"))


def test_the_courier_s_group_may_write_both_files(practice: Practice) -> None:
    practice.seal(1)
    practice.deliver()

    for path in (practice.home.outbox, practice.home.courier):
        assert path.stat().st_mode & 0o777 == 0o660
        assert path.parent.stat().st_mode & 0o7777 == 0o2770


def scribble(path: Path, *statements: str) -> None:
    """What somebody with the courier's rights writes into a file."""
    link = sqlite3.connect(path)
    with link:
        for statement in statements:
            link.execute(statement)
    link.close()


@pytest.mark.parametrize(
    "column", ["signatures = 'rubbish'", "signatures = '[[1, 2]]'", "sealed_at = 'noon'",
               "payload = 'text'", "hash = 7", "payload = x'ff'"],
)  # fmt: skip
def test_rubbish_in_a_row_is_damage_and_reporting_goes_on(practice: Practice, column: str) -> None:
    practice.seal(2)
    scribble(practice.home.outbox, f"UPDATE report SET {column} WHERE seq = 1")

    practice.patrol()
    practice.deliver()

    assert practice.machine.reports[0].body.reason == "outbox_corrupt"


def test_rubbish_in_the_courier_s_memory_is_forgotten(practice: Practice) -> None:
    practice.seal(1)
    practice.deliver()
    scribble(
        practice.home.courier,
        "UPDATE memory SET document = 'rubbish'",
        "INSERT INTO exchange VALUES (90, 'rubbish', 'rubbish', 'rubbish', NULL)",
        "INSERT INTO exchange VALUES (91, '{}', '[[1, 2, 3]]', '{}', 'bare')",
        "INSERT INTO doubt VALUES ('Dr. Lee was here', 7)",
    )

    practice.seal(1)
    practice.deliver()

    assert practice.states() == ["stored"] * 2
    assert b"Dr. Lee" not in b"".join(e.payload for e in practice.machine.received)
