"""What the courier's user may put where root writes: links, and files that do something."""

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import files
from agent.errors import HomeError, OutboxDamaged
from agent.outbox import recovery
from agent.outbox.mailbag import Exchange, Mailbag, Memory
from agent.outbox.store import Outbox
from agent.paths import Home
from evidence.envelope import Envelope, Signature
from tests.agent.practice import Practice

pytestmark = [
    pytest.mark.threat("stolen-courier"),
    pytest.mark.skipif(os.name == "nt", reason="links and modes are POSIX'"),
]

DISGUISED = (
    "CREATE VIRTUAL TABLE f USING fts5(x); PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = replace(sql, ' VIR', '/**/VIR') WHERE name = 'f'"
)
ANCHOR = "ab" * 32
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A file outside of the home, root's alone, as /etc/shadow is."""
    folder = tmp_path / "etc"
    folder.mkdir()
    shadow = folder / "shadow"
    shadow.write_bytes(b"root:*:")
    shadow.chmod(0o600)
    yield shadow
    assert (shadow.read_bytes(), shadow.stat().st_mode & 0o777) == (b"root:*:", 0o600)
    assert [*folder.iterdir()] == [shadow]


def test_no_file_is_made_where_a_link_in_the_outbox_leads(
    practice: Practice, elsewhere: Path
) -> None:
    practice.seal(1)
    practice.home.outbox.unlink()
    practice.home.outbox.symlink_to(elsewhere.with_name("sudoers"))

    practice.patrol()
    practice.deliver()

    assert practice.machine.reports[0].body.reason == "outbox_corrupt"


def test_no_file_is_opened_to_others_by_a_link_in_the_courier_s_folder(
    practice: Practice, elsewhere: Path
) -> None:
    practice.home.create()
    trap = practice.home.patrol_wanted.with_name(f".patrol.{os.getpid()}")
    trap.symlink_to(elsewhere)

    files.write(practice.home.patrol_wanted, b"", mode=0o660, shared=True)

    assert practice.home.patrol_wanted.read_bytes() == b""
    assert not practice.home.patrol_wanted.is_symlink()


def test_who_plants_again_and_again_stops_one_file_and_gains_nothing(
    practice: Practice, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.home.create()
    trap = practice.home.patrol_wanted.with_name(f".patrol.{os.getpid()}")
    trap.symlink_to(elsewhere)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)

    with pytest.raises(HomeError, match="cannot be written"):
        files.write(practice.home.patrol_wanted, b"", mode=0o660, shared=True)

    monkeypatch.undo()


@pytest.mark.parametrize(
    "trap",
    [
        "CREATE TRIGGER t AFTER INSERT ON report BEGIN DELETE FROM report; END",
        "CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION SELECT n FROM c) SELECT n FROM c",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
    ],
)
def test_a_file_that_would_run_something_is_damaged(practice: Practice, trap: str) -> None:
    practice.seal(2)
    link = sqlite3.connect(practice.home.outbox)
    with link:
        link.execute(trap)
    link.close()

    with pytest.raises(OutboxDamaged):
        Outbox(practice.home.outbox)
    practice.patrol()
    practice.deliver()

    assert practice.machine.reports[0].body.reason == "outbox_corrupt"


@pytest.mark.parametrize(
    "trap",
    [
        DISGUISED,
        "DROP TABLE report; CREATE TABLE report (x)",
        "ALTER TABLE head ADD COLUMN n AS (zeroblob(900000000))",
        "UPDATE head SET hash = 'seven'",
        "UPDATE head SET epoch = 9223372036854775807, seq = 0",
        "UPDATE report SET signatures = printf('%.*c', 100000, '[')",
        "UPDATE report SET payload = zeroblob(9000000)",
        "UPDATE report SET sealed_at = '0001-01-01T00:00:00+05:00'",
        "UPDATE report SET kind = CAST(x'ff80' AS TEXT), sealed_at = x'00'",
    ],
)
def test_whatever_stands_in_the_outbox_the_machine_goes_on_reporting(
    practice: Practice, trap: str
) -> None:
    practice.seal(2)
    with closing(sqlite3.connect(practice.home.outbox)) as link:
        link.executescript(trap)

    practice.patrol()
    practice.deliver()

    assert practice.machine.reports[0].body.reason == "outbox_corrupt"


@pytest.mark.parametrize(
    "trap",
    [
        "DROP TABLE memory; CREATE TABLE memory (x)",
        "UPDATE memory SET document = printf('%.*c', 100000, '[')",
        "UPDATE memory SET document = CAST(x'ff80' AS TEXT)",
        "UPDATE memory SET document = zeroblob(9000000)",
        """UPDATE memory SET document = '{"offset_ms": "soon", "seen_at": "2026-11-23"}'""",
        """UPDATE memory SET document = '{"offset_ms": 9007199254740991, "failures": []}'""",
        "INSERT INTO doubt VALUES ('answer_untrusted', 'many')",
        "INSERT INTO doubt VALUES ('answer_untrusted', 9223372036854775807)",
        "UPDATE exchange SET reports = printf('%.*c', 100000, '[')",
        "UPDATE exchange SET reports = '[[Infinity, 1]]'",
        "UPDATE exchange SET reports = '[[1, 1e300], [-1, 99999999999999999999]]'",
        "UPDATE exchange SET id = 9223372036854775807",
        "UPDATE exchange SET sync = 7, answer = 'text'",
    ],
)
def test_whatever_stands_in_the_courier_s_memory_the_patrol_reads_it(
    tmp_path: Path, trap: str
) -> None:
    home = Home(tmp_path / "op1")
    home.create()
    asked = Envelope("sync", b"{}", (Signature("ab", b"sig"),))
    with Mailbag(home.courier, ANCHOR) as bag:
        bag.remember(Memory(nonce="ab"), Exchange(asked, ((1, 1),), asked))
    with closing(sqlite3.connect(home.courier)) as link:
        link.executescript(trap)

    with recovery.mailbag(home, ANCHOR, AT) as bag:
        memory, kept, doubts = bag.memory(), bag.exchanges(), bag.doubts()

    assert AT - timedelta(milliseconds=memory.offset_ms or 0) < datetime.max.replace(tzinfo=UTC)
    assert (memory.seen_at or AT) <= AT
    assert [one.reports for one in kept] in ([], [((1, 1),)])
    assert doubts == {}


@pytest.mark.parametrize(
    ("name", "end", "kind"),
    [
        ("outbox", "", "folder"),
        ("outbox", "", "pipe"),
        ("outbox", "-wal", "link"),
        ("outbox", "-journal", "folder"),
        ("outbox", "", "vast"),
        ("courier", "", "folder"),
        ("courier", "-shm", "link"),
        ("courier", "-wal", "vast"),
    ],
)
def test_what_is_no_file_of_ours_in_its_place_is_set_aside(
    practice: Practice, elsewhere: Path, name: str, end: str, kind: str
) -> None:
    practice.seal(1)
    file = getattr(practice.home, name)
    planted = file.with_name(file.name + end)
    planted.unlink(missing_ok=True)
    plant(planted, kind, elsewhere)

    practice.patrol()

    assert practice.deliver().answered
    assert [*file.parent.glob(f"{planted.name.replace(end, '')}.aside-*{end}")]


def plant(place: Path, kind: str, elsewhere: Path) -> None:
    """Put there what is no file of ours."""
    if kind == "link":
        place.symlink_to(elsewhere)
    elif kind == "folder":
        place.mkdir()
        (place / "inside").write_bytes(b"")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        with place.open("wb") as vast:
            vast.truncate(1 << 40)


def journal(of: Path, names: Path) -> bytes:
    """A hot rollback journal without a page, that names a super-journal (SQLite, fileformat2)."""
    magic, name = bytes.fromhex("d9d505f920a163d7"), os.fsencode(names)
    pages = of.stat().st_size // 4096
    head = (magic + struct.pack(">5I", 0, 0, pages, 512, 4096)).ljust(512, b"\0")
    end = struct.pack(">I", (1 << 30) // 4096 + 1) + name
    return head + end + struct.pack(">2I", len(name), sum(name)) + magic


@pytest.fixture
def settled(practice: Practice) -> Practice:
    """Its outbox lies there whole, and no process has it open."""
    practice.seal(1)
    with closing(sqlite3.connect(practice.home.outbox)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return practice


def test_sqlite_deletes_what_a_journal_names(settled: Practice, tmp_path: Path) -> None:
    """The control: why a journal is not to be obeyed."""
    named = tmp_path / "exhibits.jsonl"
    named.write_bytes(b"{}\n")
    box = settled.home.outbox
    box.with_name(f"{box.name}-journal").write_bytes(journal(box, named))

    with closing(sqlite3.connect(box)) as link:
        link.execute("SELECT count(*) FROM report").fetchone()

    assert not named.exists()


def test_no_journal_in_the_outbox_makes_root_delete_a_file(
    settled: Practice, elsewhere: Path
) -> None:
    box = settled.home.outbox
    box.with_name(f"{box.name}-journal").write_bytes(journal(box, elsewhere))

    Outbox(box).close()

    assert elsewhere.exists()
    assert not box.with_name(f"{box.name}-journal").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="root alone shuts a folder")
def test_nobody_else_puts_a_journal_there_while_root_opens(
    settled: Practice, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even in the moment between our look and SQLite's."""
    folder, modes = settled.home.outbox.parent, []
    opened = sqlite3.connect

    def connect(*words: Any, **named: Any) -> sqlite3.Connection:
        modes.append(folder.stat().st_mode & 0o7777)
        return opened(*words, **named)

    monkeypatch.setattr(sqlite3, "connect", connect)
    folder.chmod(0o2770)

    Outbox(settled.home.outbox).close()

    assert modes == [0o2750]
    assert folder.stat().st_mode & 0o7777 == 0o2770


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="root alone shuts a folder")
def test_a_folder_that_a_killed_process_left_shut_is_opened_again(settled: Practice) -> None:
    folder = settled.home.outbox.parent
    folder.chmod(0o2750)

    Outbox(settled.home.outbox).close()

    assert folder.stat().st_mode & 0o7777 == 0o2770


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="root alone shuts a folder")
def test_who_may_read_the_home_cannot_keep_root_out_of_the_outbox(
    settled: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """flock(2) asks for no right to write."""
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(files, "_LOCK_TRIES", 1)
    held = os.open(settled.home.root, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)

    Outbox(settled.home.outbox).close()

    os.close(held)
    assert (settled.home.root / files.SHUT).stat().st_mode & 0o777 == 0o600
