"""macOS: what watchdog ignores is seen. Its own code runs here, over an FSEvents that is made up.

These hold what the adapter leans on in watchdog 7.1: an upgrade that moves it breaks a test.
"""

import importlib
import inspect
import logging
import os
import sys
import threading
import time
from types import ModuleType
from typing import ClassVar

import pytest

from agent.guard.elsewhere import Elsewhere
from agent.guard.watch import Missed, Rest, Root, Touched
from tests.agent.guard.windows_kernel import forget

CREATED, REMOVED, RENAMED, MODIFIED, FILE, FOLDER = 0x100, 0x200, 0x800, 0x1000, 0x10000, 0x20000
ROOT_CHANGED = 0x20
OURS = ("watchdog.observers.fsevents", "agent.guard.macos")


class NativeEvent:
    """As the extension of watchdog makes it, of one event."""

    def __init__(self, path, inode, flags, event_id):
        self.path, self.inode, self.flags, self.event_id = os.fsdecode(path), inode, flags, event_id
        for name, flag in (
            *(("is_created", CREATED), ("is_removed", REMOVED), ("is_renamed", RENAMED)),
            *(("is_modified", MODIFIED), ("is_directory", FOLDER), ("is_inode_meta_mod", 0x400)),
            *(("is_xattr_mod", 0x8000), ("is_owner_change", 0x4000), ("is_mount", 0x40)),
            *(("is_unmount", 0x80), ("is_root_changed", ROOT_CHANGED)),
        ):
            setattr(self, name, bool(flags & flag))
        self.is_coalesced = bin(flags & (CREATED | REMOVED | RENAMED | MODIFIED)).count("1") > 1


class Stream:
    """A stream that carries what a test puts into it."""

    made: ClassVar["list[Stream]"] = []

    def __init__(self, paths, *, latency):
        self.paths, self.latency, self.ended = paths, latency, threading.Event()
        Stream.made.append(self)

    def run(self, callback, started):
        self.callback = callback
        started()
        self.ended.wait()

    def stop(self):
        self.ended.set()

    def tell(self, *events):
        """One batch: path, number of the file, flags."""
        paths, inodes, flags = zip(*events, strict=True)
        self.callback([os.fsencode(p) for p in paths], list(inodes), list(flags), [1] * len(paths))


@pytest.fixture
def macos(monkeypatch):
    extension = ModuleType("_watchdog_fsevents")
    extension.Stream, extension.NativeEvent = Stream, NativeEvent
    Stream.made = []
    monkeypatch.setitem(sys.modules, "_watchdog_fsevents", extension)
    forget(*OURS)
    yield importlib.import_module(OURS[-1])
    forget(*OURS)
    logging.getLogger("fsevents").disabled = False


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "PDATA"
    folder.mkdir()
    return folder


@pytest.fixture
def sidexis(images):
    return Root("sidexis", str(images))


@pytest.fixture
def guarded(macos, sidexis):
    """A watcher as on a macOS that is trusted, over one root."""
    made = Elsewhere(macos.observer, is_confirmed=True)
    assert list(made.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]
    yield made
    made.close()


def seen(watcher, wanted):
    found, end = [], time.monotonic() + 10
    while wanted not in found and time.monotonic() < end:
        found += watcher.read()
        time.sleep(0.005)
    return found


def test_what_the_system_tells_is_told(guarded, images):
    (images / "a.dcm").write_bytes(b"DICM")
    Stream.made[0].tell((images / "a.dcm", (images / "a.dcm").stat().st_ino, CREATED | FILE))

    wanted = Touched("sidexis", str(images / "a.dcm"), Rest.OPEN)
    assert wanted in seen(guarded, wanted)


@pytest.mark.parametrize("flag", [0x01, 0x02, 0x04, 0x08, 0x40, 0x80], ids=hex)
def test_what_was_lost_below_a_folder_is_told(flag, guarded, images):
    before = guarded.whole_since("sidexis")
    Stream.made[0].tell((images / "lee", 7, flag | FOLDER))

    wanted = Missed("sidexis", str(images / "lee"), overflow=True)
    assert wanted in seen(guarded, wanted)
    assert guarded.whole_since("sidexis") > before


def test_what_was_lost_anywhere_is_lost_in_the_root(guarded, images):
    Stream.made[0].tell(("/", 2, 0x01 | 0x04 | FOLDER))

    wanted = Missed("sidexis", str(images), overflow=True)
    assert wanted in seen(guarded, wanted)


def test_the_events_beside_a_loss_are_told_too(guarded, images):
    (images / "a.dcm").write_bytes(b"DICM")
    number = (images / "a.dcm").stat().st_ino
    Stream.made[0].tell((images, 1, 0x02), (images / "a.dcm", number, CREATED | FILE))

    wanted = Touched("sidexis", str(images / "a.dcm"), Rest.OPEN)
    assert wanted in seen(guarded, wanted)


def test_a_batch_that_breaks_watchdog_is_doubted_and_names_nobody(
    guarded, images, capfd, monkeypatch
):
    monkeypatch.setattr(NativeEvent, "__init__", lambda *_: (_ for _ in ()).throw(ValueError))
    Stream.made[0].tell((images / "Smith_John.dcm", 7, CREATED | FILE))

    wanted = Missed("sidexis", str(images), overflow=True)
    assert wanted in seen(guarded, wanted)
    assert "Smith" not in "".join(capfd.readouterr())


def test_a_thread_that_has_ended_is_seen_and_replaced(guarded, sidexis):
    Stream.made[0].stop()
    end = time.monotonic() + 10
    while guarded.whole_since("sidexis") is not None:
        assert time.monotonic() < end
        time.sleep(0.005)

    assert list(guarded.watch([sidexis], ())) == [Missed("sidexis", sidexis.path)]
    assert guarded.whole_since("sidexis") is not None
    assert len(Stream.made) == 2


def test_files_are_not_remembered_for_ever(macos, guarded, images):
    stream = Stream.made[0]
    for start in range(0, 12_000, 1_000):
        stream.tell(*((images / f"{n}", n, CREATED | FILE) for n in range(start, start + 1_000)))

    (emitter,) = guarded._observer.emitters
    assert len(emitter._fs_view) < macos.MOST_REMEMBERED


def test_watchdog_is_still_what_the_adapter_leans_on(macos):
    from watchdog.observers.fsevents import FSEventsEmitter, FSEventsObserver

    def words(function):
        return list(inspect.signature(function).parameters)[1:]

    assert words(FSEventsEmitter.events_callback) == ["paths", "inodes", "flags", "ids"]
    assert words(FSEventsEmitter.queue_events) == ["timeout", "events"]
    begins = words(FSEventsEmitter.__init__)
    assert begins[:4] == ["event_queue", "watch", "timeout", "event_filter"]
    assert words(FSEventsObserver.__init__) == ["timeout", "latency"]
    assert "_fs_view" in inspect.getsource(FSEventsEmitter.__init__)
