"""Since when, and which number: remembered over runs, never invented."""

import sqlite3
from datetime import timedelta
from threading import Thread

from agent.facts.memory import Memory
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import NOW

LATER = NOW + timedelta(days=3)


def test_a_state_lasts_since_it_was_first_seen(tmp_path) -> None:
    path = tmp_path / "local.sqlite"
    memory = Memory.create(path)
    assert memory.since("volumes", "/", "unprotected", NOW) == NOW
    memory.save()
    assert Memory.open(path).since("volumes", "/", "unprotected", LATER) == NOW


def test_another_state_begins_anew(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    memory.since("volumes", "/", "suspended", NOW)
    assert memory.since("volumes", "/", "protected", LATER) == LATER
    assert memory.since("volumes", "/", "suspended", LATER) == LATER


def test_what_is_gone_is_forgotten(tmp_path) -> None:
    path = tmp_path / "local.sqlite"
    memory = Memory.create(path)
    memory.since("patching", "libssl3", "3.0", NOW)
    memory.since("volumes", "/", "protected", NOW)
    memory.save()
    memory.retain("patching", set())
    memory.save()
    again = Memory.open(path)
    assert again.since("patching", "libssl3", "3.0", LATER) == LATER
    assert again.since("volumes", "/", "protected", LATER) == NOW


def test_where_no_agent_has_run_nobody_knows_since_when(tmp_path) -> None:
    memory = Memory.open(tmp_path / "nothing.sqlite")
    assert memory.since("volumes", "/", "protected", NOW) == Unknown(Why.NOT_COLLECTED)
    assert not (tmp_path / "nothing.sqlite").exists()
    memory.save()


def test_a_file_that_is_no_database_is_no_memory(tmp_path) -> None:
    path = tmp_path / "local.sqlite"
    path.write_bytes(b"garbage" * 1000)
    assert Memory.open(path).path is None


def test_a_number_is_given_once_and_for_ever(tmp_path) -> None:
    path = tmp_path / "local.sqlite"
    memory = Memory.create(path)
    assert memory.number("user", "dr_lee") == "user-1"
    assert memory.number("users.name", "front_desk") == "user-2"
    assert memory.number("volume", "/home/x") == "volume-1"
    assert Memory.open(path).number("user", "front_desk") == "user-2"


def test_without_a_file_numbers_hold_for_one_run() -> None:
    memory = Memory.none()
    assert [memory.number("user", name) for name in ("a", "b", "a")] == [
        "user-1",
        "user-2",
        "user-1",
    ]


def test_two_processes_never_give_the_same_number_twice(tmp_path) -> None:
    path = tmp_path / "local.sqlite"
    one, other = Memory.create(path), Memory.open(path)
    assert one.number("user", "dr_lee") == "user-1"
    assert other.number("user", "front_desk") == "user-2"
    assert other.number("user", "dr_lee") == "user-1"


def test_threads_may_ask_at_the_same_time(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    threads = [
        Thread(target=lambda n=n: [memory.number("user", f"u{k}") for k in range(n, n + 10)])
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = {memory.number("user", f"u{k}") for k in range(13)}
    assert len(numbers) == 13


def test_nothing_is_written_before_it_is_saved(tmp_path) -> None:
    path = tmp_path / "local.sqlite"
    memory = Memory.create(path)
    memory.since("volumes", "/", "protected", NOW)
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM fact_since").fetchone() == (0,)
    memory.save()
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM fact_since").fetchone() == (1,)
