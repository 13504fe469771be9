"""How soon does the guard hear of a file, and what do 10,000 watched folders cost?

- P8, a burst of 50,000 files (DENTINEL_BENCH_BURST sets another number) in 100 folders, written as
  fast as one process can: from the close of each to the guard. p50 at most 2 ms, p99 at most 20 ms.
  The guard is whole, its errands are stand-ins; beside it inotifywait and watchdog, one after the
  other over the same burst. What a full queue of the kernel swallowed is counted, not timed.
- P10, 10,000 folders: ready at most twice as late as inotifywait, no overflow and at most 0.05 s
  of CPU while nothing happens.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from benchmarks import measure
from benchmarks.listeners import Heard, here, listening
from benchmarks.measure import Row, spread

BURST = int(os.environ.get("DENTINEL_BENCH_BURST", "50000"))
FOLDERS, ROUNDS = 10_000, 5
IDLE_SECONDS = 20.0
CALM_SECONDS = 3.0


def rows() -> list[Row]:
    """P8 and P10."""
    return [*_latency(), *_many_folders()]


@contextmanager
def _place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dentinel-watching-"))
    try:
        (folder / "images").mkdir()
        yield folder / "images"
    finally:
        shutil.rmtree(folder)


def _burst(top: Path) -> Heard:
    """When each file was closed."""
    for number in range(100):
        (top / f"{number:02}").mkdir(exist_ok=True)
    time.sleep(1.0)  # until the folders are watched, by all
    closed: Heard = {}
    for number in range(BURST):
        path = f"{top}/{number % 100:02}/{number}.dcm"
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, b"DICM")
        os.close(descriptor)
        closed[path] = time.monotonic()
    return closed


def _latency() -> list[Row]:
    said, found = {}, {}
    for name in here(("guard", "inotifywait", "watchdog")):
        with _place() as top, listening(name, top) as listener:
            closed = _burst(top)
            time.sleep(CALM_SECONDS)
            heard, _ = listener.told()
        waits = [(heard[path] - at) * 1e3 for path, at in closed.items() if path in heard]
        cut = quantiles(waits, n=100)
        found[name] = (median(waits), cut[98])
        unheard = len(closed) - len(waits)
        said[name] = f"p50 {median(waits):.2f} ms, p99 {cut[98]:.1f} ms, {unheard:,} unheard"
    peers = "; ".join(f"{name} {said[name]}" for name in said if name != "guard")
    middle, late = found["guard"]
    return [
        Row(
            *("P8", f"close to guard, {BURST:,} files at once", said["guard"], peers),
            "p50 2 ms, p99 20 ms",
            middle <= 2 and late <= 20,
        )
    ]


def _many_folders() -> list[Row]:
    with _place() as top:
        for number in range(FOLDERS):
            (top / f"{number // 100:03}" / f"{number % 100:02}").mkdir(parents=True)
        took: dict[str, list[float]] = {name: [] for name in here(_READY)}
        for _ in range(ROUNDS):
            for name, seconds in took.items():
                with listening(name, top) as listener:
                    seconds.append(listener.ready_s)
        with listening("folders", top) as listener:
            before = measure.cpu(listener.pid)
            time.sleep(IDLE_SECONDS)
            used = measure.cpu(listener.pid) - before
            _, lost = listener.told()
    what = f"{FOLDERS:,} folders"
    peers = ", ".join(
        f"{name} {spread(took[name], 'ms', 1e3, 0)}" for name in took if name != "folders"
    )
    least = median(took["inotifywait"]) if "inotifywait" in took else None
    ready = median(took["folders"])
    return [
        Row(
            *("P10", f"{what}, ready", spread(took["folders"], "ms", 1e3, 0), peers, "2x"),
            None if least is None else ready <= 2 * least,
        ),
        Row(
            *("P10", f"{what}, CPU in {IDLE_SECONDS:.0f} s at rest"),
            *(f"{used:.2f} s, {lost} overflows", "", "0.05 s, 0"),
            used <= 0.05 and lost == 0,
        ),
    ]


_READY = ("folders", "inotifywait", "watchdog")
