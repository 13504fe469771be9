"""As of when is it complete? Never later than what was seen."""

import json

import pytest

from agent.imaging.coverage import Guard, coverage, read
from agent.imaging.sweeps import Sweep

NOW = 10_000.0
SWEEP = Sweep(9_000.0, 9_100.0, 0, 0)


def guard(**said: object) -> Guard:
    root = {"watched": True, "stream_since": 8_000.0, "oldest_pending": None, "dirty": False}
    updated = said.pop("updated_at", 9_990.0)
    return read(json.dumps({"updated_at": updated, "roots": {"images": root | said}}).encode())


def stated(watched: Guard, sweep: Sweep | None = SWEEP, unread: int = 0):
    return coverage(sweep, watched, "images", unread, NOW)


def test_before_the_first_sweep_nothing_is_complete() -> None:
    said = stated(guard(), sweep=None)
    assert (said.complete, said.as_of) == (False, None)


def test_an_unbroken_stream_speaks_of_the_guards_last_word() -> None:
    said = stated(guard())
    assert (said.complete, said.as_of) == (True, 9_990.0)


def test_a_waiting_file_holds_the_moment_back() -> None:
    assert stated(guard(oldest_pending=9_500.0)).as_of == 9_500.0


def test_a_file_that_waited_before_the_sweep_does_not() -> None:
    assert stated(guard(oldest_pending=8_500.0)).as_of == 9_000.0


@pytest.mark.parametrize(
    "said",
    [
        {"stream_since": None},
        {"stream_since": 9_001.0},
        {"dirty": True},
        {"updated_at": 9_000.0},
    ],
    ids=["broken", "younger-than-the-sweep", "dirty", "silent"],
)
def test_without_the_stream_the_sweep_speaks(said) -> None:
    assert stated(guard(**said)).as_of == 9_000.0


def test_failed_watches_shut_folders_and_unread_files_keep_it_incomplete() -> None:
    assert not stated(guard(watched=False)).complete
    assert not stated(guard(), Sweep(9_000.0, 9_100.0, 1, 0)).complete
    assert not stated(guard(), unread=1).complete


def test_without_a_guard_the_sweep_speaks() -> None:
    assert stated(Guard()).as_of == 9_000.0
    assert stated(Guard()).complete


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"updated_at": 1, "roots": {"a": 7}}', b"\xff"]
)
def test_a_file_that_is_not_the_guards_says_nothing(data) -> None:
    assert read(data) == Guard()
