"""What the guard leaves for others: whole, true as of a moment, and of one guard alone."""

import json

import pytest

from agent.errors import AlreadyRunning
from agent.guard import notify, state
from agent.paths import Home

WATCHED = {"watched": True, "stream_since": 1.0, "oldest_pending": None, "dirty": False}


@pytest.fixture
def home(tmp_path):
    found = Home(tmp_path / "op1")
    found.create()
    return found


def test_what_is_new_is_written_as_of_when_it_was_known(home):
    state.Record(home).keep({"sidexis": WATCHED}, {"patrol": 7}, 1234.5, at_once=False)

    found = state.read(home)
    assert found["updated_at"] == 1234.5
    assert found["roots"] == {"sidexis": WATCHED}
    assert found["errands"] == {"patrol": 7}


def test_changes_within_a_second_wait_unless_a_patrol_is_about_to_start(home):
    record = state.Record(home)
    record.keep({"sidexis": WATCHED}, {}, 1.0, at_once=False)
    record.keep({"sidexis": {**WATCHED, "dirty": True}}, {}, 2.0, at_once=False)
    assert state.read(home)["roots"]["sidexis"]["dirty"] is False
    assert record.due_at < float("inf")

    record.keep({"sidexis": {**WATCHED, "dirty": True}}, {}, 3.0, at_once=True)

    assert state.read(home)["roots"]["sidexis"]["dirty"] is True


def test_a_guard_that_has_stopped_watches_nothing(home):
    record = state.Record(home)
    record.keep({"sidexis": WATCHED}, {}, 1.0, at_once=True)
    record.close(2.0)

    found = state.read(home)
    assert found["roots"]["sidexis"]["watched"] is False
    assert found["roots"]["sidexis"]["stream_since"] is None


def test_the_next_guard_knows_whether_the_last_one_ended_well(home):
    record = state.Record(home)
    assert record.past() == {"agent_started": 1}
    record.keep({}, {}, 1.0, at_once=True)
    assert state.Record(home).past() == {"agent_started": 1, "agent_crashed": 1}
    record.close(2.0)
    assert state.Record(home).past() == {"agent_started": 1, "agent_stopped": 1}


def test_a_fast_crash_loop_is_counted_until_a_patrol_has_told_of_it(home):
    for _ in range(5):
        state.Record(home).past()  # and dies before it has written anything else
    guard = state.Record(home)
    assert guard.past()["agent_crashed"] == 5

    guard.told(0)
    guard.keep({}, {}, 1.0, at_once=True)

    assert state.Record(home).past()["agent_crashed"] == 1


def test_crashes_that_nobody_was_told_of_outlive_a_stop_and_a_reboot(home):
    state.Record(home).past()
    state.Record(home).past()
    last = state.Record(home)
    last.past()
    last.close(2.0)
    found = state.read(home)
    home.guard.write_text(json.dumps({**found, "boot": "f" * 16}))

    assert state.Record(home).past() == {
        "agent_started": 1, "agent_stopped": 1, "agent_crashed": 2,
    }  # fmt: skip


def test_a_loop_that_nobody_ends_is_counted_up_to_a_thousand(home):
    state.Record(home).past()
    found = state.read(home)
    home.guard.write_text(json.dumps({**found, "crashes": 10**9}))

    assert state.Record(home).past()["agent_crashed"] == 1_000


def test_a_state_of_a_guard_that_counted_nothing_is_read(home):
    """As it lies there after an upgrade."""
    state.Record(home).past()
    found = state.read(home)
    del found["crashes"]
    home.guard.write_text(json.dumps(found))

    assert state.Record(home).past()["agent_crashed"] == 1


def test_a_power_cut_is_no_crash_of_the_agent(home):
    state.Record(home).keep({}, {}, 1.0, at_once=True)
    found = state.read(home)
    home.guard.write_text(json.dumps({**found, "boot": "f" * 16}))

    assert state.Record(home).past() == {"agent_started": 1}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 3}'])
def test_what_is_no_state_reads_as_none(home, text):
    home.guard.write_text(text)

    assert state.read(home) is None


def test_one_guard_has_the_lock(home):
    assert not state.is_running(home)
    with state.lock(home):
        assert state.is_running(home)
        with pytest.raises(AlreadyRunning):
            state.lock(home)
    assert not state.is_running(home)


def test_systemd_hears_what_is_said(tmp_path, monkeypatch):
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify.notify("READY=1")

        assert manager.recv(100) == b"READY=1"


def test_a_deaf_service_manager_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nowhere"))

    notify.notify("READY=1")
