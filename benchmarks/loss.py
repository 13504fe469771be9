"""P9: is anything left unjudged, whatever happens in a folder, and is never more claimed than done?

The real guard and its real errands; done when the ledger holds every file as it is. Meanwhile the
statement of coverage is held against the ledger each second: a file that lay there at the moment
that is spoken of, and was not judged, makes the statement false. Beside it inotifywait and
watchdog over the same work: files of which they never told. A burst of 50,000 files
(DENTINEL_BENCH_BURST), 2,000 in new nested folders, 2,000 in a folder that is moved in, and a
burst with a queue of 64 events in the kernel.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.imaging import coverage
from agent.imaging.ledger import Ledger
from benchmarks.listeners import here, listening
from benchmarks.measure import Row
from tests.agent.imaging.samples.raster import JPEG
from tests.together.test_nothing_unjudged import QUEUE, Store

BURST = int(os.environ.get("DENTINEL_BENCH_BURST", "50000"))
SOME = 2_000
PATIENCE = 900.0
SMALL = 64


def burst(top: Path, number: int = BURST) -> float:
    """Many files in 100 folders, at once."""
    for n in range(number):
        _put(top / f"{n % 100:02}" / f"{n}.jpg")
    return 0.0


def nested(top: Path) -> float:
    """Files that are there before anybody can watch their folder."""
    for n in range(SOME):
        _put(top / "/".join(["deep", str(n // 4), *map(str, range(n % 9))]) / f"{n}.jpg")
    return 0.0


def moved(top: Path) -> float:
    """A folder that was filled elsewhere on the same disk."""
    outside = top.parent / "outside"
    for n in range(SOME):
        _put(outside / f"{n % 20}" / f"{n}.jpg")
    entered = time.time()
    outside.rename(top / "moved-in")
    return entered


def few(top: Path) -> float:
    """A smaller burst, for a small queue."""
    return burst(top, 5_000)


WORK: dict[str, tuple[Callable[[Path], float], bool]] = {
    f"burst of {BURST:,}": (burst, False),
    f"{SOME:,} in new nested folders": (nested, False),
    f"{SOME:,} in a folder moved in": (moved, False),
    f"burst of 5,000, queue of {SMALL}": (few, True),
}


def rows() -> list[Row]:
    """One row for each work."""
    return [_row(what, work, small=small) for what, (work, small) in WORK.items()]


def _row(what: str, work: Callable[[Path], float], *, small: bool) -> Row:
    with _queue(small=small) as is_small:
        if small and not is_small:
            return Row("P9", what, "", "the kernel's queue cannot be made small here", "0", None)
        unjudged, seconds, lies = _guarded(work)
        peers = ", ".join(f"{name} {_lost(name, work):,}" for name in here(_PEERS))
    measured = f"{unjudged} unjudged after {seconds:.0f} s, {lies} false statements"
    return Row("P9", what, measured, f"never told: {peers}", "0, 0", unjudged == 0 == lies)


_PEERS = ("inotifywait", "watchdog")


@contextmanager
def _place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dentinel-loss-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _queue(*, small: bool) -> Iterator[bool]:
    before = QUEUE.read_text()
    try:
        if small:
            QUEUE.write_text(f"{SMALL}\n")
        yield small
    except PermissionError:
        yield False
    finally:
        if small:
            QUEUE.write_text(before)


def _put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(JPEG)


def _guarded(work: Callable[[Path], float]) -> tuple[int, float, int]:
    """Files unjudged in the end, seconds until then, and statements that were false."""
    with _place() as folder:
        store = Store(folder)
        store.put("first.jpg")
        store.start()
        try:
            store.wait()
            started, lies = time.monotonic(), 0
            entered = work(store.images)
            while (left := _unjudged(store)) and time.monotonic() - started < PATIENCE:
                lies += _lies(store, entered)
                time.sleep(1.0)
            return left, time.monotonic() - started, lies + _lies(store, entered)
        finally:
            store.kill()


def _unjudged(store: Store) -> int:
    return len(store.there().items() - store.judged().items())


def _lies(store: Store, entered: float) -> bool:
    """Is something unjudged that lay there at the moment that the statement speaks of?

    `entered`: when files came into the folder that were written elsewhere before.
    """
    said = coverage.read((store.home / "run" / "guard.json").read_bytes())
    with Ledger.open(store.home / "local.sqlite") as ledger:
        last = ledger.sweeps.last("store")
    stated = coverage.coverage(last, said, "store", 0, time.time())
    if not stated.complete or stated.as_of is None:
        return False
    judged = store.judged()
    for path in store.images.rglob("*"):
        status = path.lstat()
        if path.is_file() and max(status.st_ctime, entered) <= stated.as_of:
            known = judged.get((status.st_dev, status.st_ino))
            if known != (status.st_size, status.st_mtime_ns):
                return True
    return False


def _lost(name: str, work: Callable[[Path], float]) -> int:
    with _place() as folder:
        top = folder / "images"
        top.mkdir()
        with listening(name, top) as listener:
            work(top)
            time.sleep(3.0)
            heard, _ = listener.told()
        files = {str(path) for path in top.rglob("*") if path.is_file()}
    return len(files - heard.keys())
