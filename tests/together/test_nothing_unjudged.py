"""Whatever happens in a folder, in the end every file in it was judged from its last bytes.

A real guard and its real errands over a real folder; the kernel's queue of events is made small
where it can be. Then each file's size and time are held against the ledger.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.agent.imaging.samples.raster import JPEG, PNG

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nothing-unjudged")]
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
BURST = 3_000
PATIENCE = 240.0


class Store:
    """One imaging folder, and a guard that is started and killed."""

    def __init__(self, folder: Path) -> None:
        self.images, self.home = folder / "images", folder / "home"
        self.log = folder / "guard.log"
        self.images.mkdir()
        self.home.mkdir(mode=0o700)
        (self.home / "agent.toml").write_text(
            f'defer_sweeps = false\n[[imaging.root]]\nlabel = "store"\npath = "{self.images}"\n'
            'role = "store"\nquiet = "00:00-00:00"\n'
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "agent", "--home", str(self.home), "run"],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As a power cut does it: with all errands."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for child in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if str(self.home).encode() in (child / "cmdline").read_bytes():
                    os.kill(int(child.name), signal.SIGKILL)

    def put(self, name: str, data: bytes = JPEG) -> Path:
        path = self.images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def there(self) -> dict[tuple[int, int], tuple[int, int]]:
        """What lies in the folder: file, and size and time of its last change."""
        found = {}
        for path in self.images.rglob("*"):
            if path.is_file():
                status = path.lstat()
                found[status.st_dev, status.st_ino] = (status.st_size, status.st_mtime_ns)
        return found

    def judged(self) -> dict[tuple[int, int], tuple[int, int]]:
        """What the ledger says of it."""
        place = f"file:{self.home}/local.sqlite?mode=ro"
        try:
            with closing(sqlite3.connect(place, uri=True)) as ledger:
                rows = ledger.execute(
                    "SELECT device, inode, size, modified_ns FROM imaging_file"
                ).fetchall()
        except sqlite3.OperationalError:
            return {}
        return {(device, inode): (size, at) for device, inode, size, at in rows}

    def wait(self) -> None:
        """Until nothing in the folder is unjudged, and nothing is judged that is not there."""
        deadline = time.monotonic() + PATIENCE
        while (judged := self.judged()) != (there := self.there()):
            if time.monotonic() > deadline:
                missing = len(there.items() - judged.items())
                more = len(judged.keys() - there.keys())
                raise AssertionError(f"{missing} of {len(there)} files unjudged, {more} not there")
            time.sleep(0.3)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    made.put("first.jpg")
    made.start()
    made.wait()
    yield made
    made.kill()


@pytest.fixture
def small_queue() -> Iterator[None]:
    """The kernel holds 64 events for each reader: more than that at once are lost."""
    try:
        before = QUEUE.read_text()
        QUEUE.write_text("64\n")
    except OSError:
        pytest.skip("the queue of events cannot be made small here")
    yield
    QUEUE.write_text(before)


def burst(store: Store) -> None:
    for number in range(BURST):
        store.put(f"burst/{number % 40}/{number}.jpg", PNG if number % 2 else JPEG)


def nested(store: Store) -> None:
    for number in range(300):
        store.put("/".join(["deep", str(number), *map(str, range(number % 9))]) + "/a.jpg")


def moved(store: Store) -> None:
    outside = store.home.parent / "outside"
    for number in range(400):
        path = outside / str(number % 20) / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(JPEG)
    outside.rename(store.images / "moved-in")
    time.sleep(0.5)
    (store.images / "moved-in" / "3").rename(store.images / "renamed")
    (store.images / "moved-in" / "4").rename(store.home.parent / "moved-out")


def rewritten(store: Store) -> None:
    for number in range(200):
        path = store.put(f"work/{number}.jpg")
        if number % 3 == 0:
            store.put(f"work/{number}.tmp", PNG).rename(path)
        elif number % 3 == 1:
            path.write_bytes(PNG + bytes([number]))
        else:
            path.unlink()


WORK: dict[str, Callable[[Store], None]] = {
    "burst": burst,
    "nested": nested,
    "moved": moved,
    "rewritten": rewritten,
}


@pytest.mark.parametrize("work", WORK)
def test_every_file_is_judged(work, store) -> None:
    WORK[work](store)
    store.wait()


def test_every_file_is_judged_although_events_are_lost(small_queue, tmp_path) -> None:
    store = Store(tmp_path)
    store.put("first.jpg")
    store.start()
    try:
        store.wait()
        for work in WORK.values():
            work(store)
        store.wait()
    finally:
        store.kill()


def test_every_file_is_judged_although_the_guard_is_killed(store) -> None:
    dice = random.Random(7)
    for number, work in enumerate([*WORK.values()] * 2):
        shutil.rmtree(
            store.images / ("burst", "deep", "moved-in", "work")[number % 4], ignore_errors=True
        )
        shutil.rmtree(store.home.parent / "moved-out", ignore_errors=True)
        shutil.rmtree(store.images / "renamed", ignore_errors=True)
        work(store)
        time.sleep(dice.uniform(0, 1.5))
        store.kill()
        store.put(f"while-nobody-watched/{number}.jpg", JPEG + bytes([number]))
        store.start()
    store.wait()


def test_files_of_any_age_are_judged(store) -> None:
    """As after a clock was set back: what is new bears a time before what is known."""
    path = store.put("a.jpg")
    store.wait()
    for age in (10, 400, 30 * 365):
        path.write_bytes(JPEG + bytes([age % 256]) * 9)
        os.utime(path, (time.time() - age * 86_400,) * 2)
        store.wait()
