"""What the courier's user may put where root writes: links, and files that do something."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import files
from agent.errors import HomeError, OutboxDamaged
from agent.outbox.store import Outbox
from tests.agent.practice import Practice

pytestmark = [
    pytest.mark.threat("stolen-courier"),
    pytest.mark.skipif(os.name == "nt", reason="links and modes are POSIX'"),
]


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
