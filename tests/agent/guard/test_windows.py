"""Windows: what watchdog skips is seen. Its own code runs here, over a kernel32 that is made up.

These hold what the adapter leans on in watchdog 7.1: an upgrade that moves it breaks a test.
"""

import ctypes
import inspect
import queue
import time

import pytest

from agent.guard.elsewhere import Elsewhere
from agent.guard.watch import Missed, Rest, Root, Touched
from tests.agent.guard.windows_kernel import buffer, change, machine

ADDED, REMOVED, MODIFIED, OLD_NAME, NEW_NAME = 1, 2, 3, 4, 5
NOTIFY_ENUM_DIR, INVALID_PARAMETER, ACCESS_DENIED = 1022, 87, 5
OVERFLOW = b""


@pytest.fixture
def windows(monkeypatch):
    with machine(monkeypatch) as (kernel, module):
        yield kernel, module


@pytest.fixture
def kernel(windows):
    return windows[0]


@pytest.fixture
def sidexis(tmp_path):
    folder = tmp_path / "PDATA"
    folder.mkdir()
    return Root("sidexis", str(folder))


@pytest.fixture
def guarded(windows, sidexis):
    """A watcher as on a Windows that is trusted, over one root."""
    made = Elsewhere(windows[1].observer, is_confirmed=True)
    assert list(made.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]
    yield made
    made.close()


def seen(watcher, wanted, patience=10.0):
    found, end = [], time.monotonic() + patience
    while wanted not in found and time.monotonic() < end:
        found += watcher.read()
        time.sleep(0.005)
    return found


def test_what_the_kernel_tells_is_told(kernel, guarded, sidexis):
    kernel.says.put(buffer(change(ADDED, "bitewing.dcm"), change(MODIFIED, "lee\\a.dcm")))

    wanted = Touched("sidexis", f"{sidexis.path}/lee\\a.dcm", Rest.OPEN)
    found = seen(guarded, wanted)
    assert found == [Touched("sidexis", f"{sidexis.path}/bitewing.dcm", Rest.OPEN), wanted]


def test_a_rename_is_told_under_both_names_although_they_come_apart(kernel, guarded, sidexis):
    kernel.says.put(buffer(change(OLD_NAME, "a.part")))
    kernel.says.put(buffer(change(NEW_NAME, "a.dcm")))

    wanted = Touched("sidexis", f"{sidexis.path}/a.dcm", Rest.CLOSED)
    assert Touched("sidexis", f"{sidexis.path}/a.part", Rest.CLOSED) in seen(guarded, wanted)


@pytest.mark.parametrize("loss", [OVERFLOW, NOTIFY_ENUM_DIR], ids=["no bytes", "enum dir"])
def test_a_full_buffer_is_told_and_the_watch_goes_on(loss, kernel, guarded, sidexis):
    before = guarded.whole_since("sidexis")
    kernel.says.put(loss)

    assert seen(guarded, Missed("sidexis", sidexis.path, overflow=True))
    assert guarded.whole_since("sidexis") > before
    kernel.says.put(buffer(change(ADDED, "later.dcm")))
    wanted = Touched("sidexis", f"{sidexis.path}/later.dcm", Rest.OPEN)
    assert wanted in seen(guarded, wanted)
    assert kernel.handles == 1


def test_a_root_that_is_there_is_not_taken_for_deleted(kernel, guarded, sidexis):
    kernel.says.put(ACCESS_DENIED)

    assert Missed("sidexis", sidexis.path, overflow=True) in seen(
        guarded, Missed("sidexis", sidexis.path, overflow=True)
    )
    until(lambda: guarded.whole_since("sidexis") is None)
    assert list(guarded.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]
    assert guarded.whole_since("sidexis") is not None
    assert kernel.handles == 2


def until(claim):
    end = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_root_that_is_gone_is_not_whole_until_it_is_back(kernel, guarded, sidexis, tmp_path):
    (tmp_path / "PDATA").rename(tmp_path / "away")
    kernel.says.put(ACCESS_DENIED)
    until(lambda: guarded.whole_since("sidexis") is None)

    assert list(guarded.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]
    assert list(guarded.watch([sidexis], ())) == []
    (tmp_path / "PDATA").mkdir()
    assert list(guarded.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]


def test_another_folder_in_the_place_of_a_root_is_taken_anew(kernel, guarded, sidexis, tmp_path):
    (tmp_path / "PDATA").rename(tmp_path / "away")
    (tmp_path / "PDATA").mkdir()

    assert list(guarded.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]
    assert kernel.handles == 2


def test_the_buffer_is_large_and_our_own_reading_is_no_event(kernel, guarded, windows):
    size, flags = kernel.asked[0]

    assert size == 1 << 20
    assert flags & 0x20 == 0, "FILE_NOTIFY_CHANGE_LAST_ACCESS"
    assert flags & 0x1F == 0x1F


def test_another_machines_volume_gets_the_buffer_that_it_allows(kernel, guarded, sidexis):
    kernel.says.put(INVALID_PARAMETER)
    kernel.says.put(buffer(change(ADDED, "a.dcm")))

    wanted = Touched("sidexis", f"{sidexis.path}/a.dcm", Rest.OPEN)
    found = seen(guarded, wanted)
    assert found[0] == Missed("sidexis", sidexis.path, overflow=True)
    assert wanted in found
    assert kernel.asked[1][0] == 64_000


def test_a_file_that_is_written_without_pause_is_told_meanwhile(kernel, guarded, sidexis):
    """watchdog itself waits for a second of silence before it hands on anything."""
    wanted = Touched("sidexis", f"{sidexis.path}/a.dcm", Rest.OPEN)
    end = time.monotonic() + 10
    found = []
    while wanted not in found and time.monotonic() < end:
        kernel.says.put(buffer(change(MODIFIED, "a.dcm")))
        time.sleep(0.2)
        found += guarded.read()
    assert wanted in found


def test_what_is_not_understood_in_time_is_told_as_lost(windows):
    lost = []
    reader = windows[1].Reader("PDATA", lambda: lost.append(1), lambda: None)
    for _ in range(20):
        reader._take(buffer(change(ADDED, "a.dcm")))

    assert len(lost) == 4
    assert len(reader.get_events(0.1)) == 16


def test_our_reading_of_a_buffer_is_that_of_watchdog(windows):
    from watchdog.observers.winapi import _parse_event_buffer

    data = buffer(*(change(number % 5 + 1, f"Müller {number}.dcm") for number in range(50)))
    assert list(windows[1].records(data)) == _parse_event_buffer(data)


def test_half_a_pair_in_a_name_is_no_end_of_the_watch(windows):
    data = buffer((ADDED, b"\x00\xd8a\x00"))
    assert list(windows[1].records(data)) == [(ADDED, "\ud800a")]


def test_shares_and_mapped_drives_are_far(windows, monkeypatch):
    monkeypatch.setattr(windows[1], "_drive_type", lambda drive: 4 if drive == "X:\\" else 3)
    monkeypatch.setattr(windows[1].os.path, "splitdrive", lambda path: (path[:2], path[2:]))
    far = {
        path: windows[1].is_far(path) for path in ("\\\\nas\\x", "X:\\x", "C:\\x", "\\\\?\\C:\\x")
    }
    assert far == {"\\\\nas\\x": True, "X:\\x": True, "C:\\x": False, "\\\\?\\C:\\x": False}


def test_watchdog_is_still_what_the_adapter_leans_on(windows):
    from watchdog.observers import read_directory_changes, winapi

    reader = winapi.DirectoryChangeReader
    names = {name: list(inspect.signature(getattr(reader, name)).parameters) for name in OURS}
    assert names == OURS
    made = reader("PDATA", recursive=True)
    assert isinstance(made._buf_queue, queue.Queue)
    assert made._should_stop is False
    assert made._reader_thread is None
    assert made._recursive is True
    with made._lock:
        assert made._handle is None
    emitter = inspect.signature(read_directory_changes.WindowsApiEmitter.__init__)
    assert list(emitter.parameters)[1:] == ["event_queue", "watch", "timeout", "event_filter"]
    assert ctypes.sizeof(winapi.FileNotifyInformation) == 16
    assert winapi.FileNotifyInformation.FileName.offset == 12
    assert winapi.WATCHDOG_FILE_NOTIFY_FLAGS == 0x17F
    assert winapi.ERROR_OPERATION_ABORTED == 995


OURS = {
    "__init__": ["self", "path", "recursive"],
    "_run": ["self"],
    "_run_inner": ["self", "handle", "event_buffer", "nbytes"],
    "start": ["self"],
    "stop": ["self"],
    "get_events": ["self", "timeout"],
}
