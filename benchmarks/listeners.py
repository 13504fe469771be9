"""Who listens to a folder? The guard, inotifywait and watchdog, each in a process of its own.

Each says `ready` when it watches, and at a line on its input (or at its end) what it has heard of:
path and time of the steady clock, which is one for all processes.
"""

import json
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agent.guard.folders import Folders
from agent.guard.loop import Guard
from agent.guard.watch import Missed, Rest, Root, Seen, Touched
from agent.paths import Home

Heard = dict[str, float]
STANDIN = Path(__file__).parent.parent / "tests" / "agent" / "guard" / "standin.py"


class Timed(Folders):
    """The guard's own watcher, which writes down when each closed file was told."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Heard = {}
        self.lost = 0

    def read(self) -> Iterator[Seen]:
        """What is told, and when."""
        for seen in super().read():
            if isinstance(seen, Missed):
                self.lost += seen.overflow
            elif isinstance(seen, Touched) and seen.rest is Rest.CLOSED:
                self.heard[seen.path] = time.monotonic()
            yield seen


def guard(top: str) -> None:
    """The whole loop of the guard; errands are stand-ins that answer at once."""
    home = Home(Path(top).parent / "home")
    home.create()
    settings = f'[[imaging.root]]\nlabel = "store"\npath = "{top}"\nrole = "store"\n'
    home.settings.write_text(settings, encoding="utf-8")
    watcher = Timed()
    made = Guard(home, (sys.executable, "-I", str(STANDIN)), watcher, network=False)

    def tell() -> None:
        while not list(watcher._planted):  # noqa: SLF001 - it has no other way to say so
            time.sleep(0.01)
        _say_ready()
        sys.stdin.readline()
        print(json.dumps({"heard": watcher.heard, "lost": watcher.lost}), flush=True)
        os._exit(0)

    threading.Thread(target=tell, daemon=True).start()
    made.run()


def folders(top: str) -> None:
    """The guard's reader of inotify alone."""
    watcher = Timed()
    list(watcher.watch([Root("store", top)], ()))
    _say_ready()
    while select.select([watcher, sys.stdin], [], [])[0] != [sys.stdin]:
        list(watcher.read())
    print(json.dumps({"heard": watcher.heard, "lost": watcher.lost}), flush=True)


def watchdog(top: str) -> None:
    """watchdog as its documents show it, with the narrow filter that loses least."""
    from watchdog.observers import Observer  # noqa: PLC0415 - the guard has none of it in memory

    from agent.guard.elsewhere import FILTER, FileSystemEvent, FileSystemEventHandler  # noqa: PLC0415

    heard: Heard = {}

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            for path in (event.src_path, event.dest_path):
                heard[os.fsdecode(path)] = time.monotonic()

    observer = Observer()
    observer.schedule(Handler(), top, recursive=True, event_filter=FILTER)
    observer.start()
    _say_ready()
    sys.stdin.readline()
    print(json.dumps({"heard": heard, "lost": 0}), flush=True)
    os._exit(0)


def inotifywait(top: str) -> None:
    """inotifywait, and who reads what it prints."""
    events = "close_write,moved_to"
    words = ["inotifywait", "-m", "-r", "-e", events, "--format", "%w%f", top]
    heard: Heard = {}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:

        def hear() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                heard[os.fsdecode(line[:-1])] = time.monotonic()

        assert process.stderr is not None
        while b"Watches established" not in process.stderr.readline():
            pass
        threading.Thread(target=hear, daemon=True).start()
        _say_ready()
        sys.stdin.readline()
        process.kill()
    print(json.dumps({"heard": heard, "lost": 0}), flush=True)
    os._exit(0)


def _say_ready() -> None:
    print("ready", flush=True)


LISTENERS: dict[str, Callable[[str], None]] = {
    "guard": guard,
    "folders": folders,
    "watchdog": watchdog,
    "inotifywait": inotifywait,
}


def here(names: Sequence[str]) -> list[str]:
    """Those that can be had on this machine."""
    has = shutil.which("inotifywait") is not None
    return [name for name in names if name != "inotifywait" or has]


class Listener:
    """One of them, listening; `ready_s` is how long that took."""

    def __init__(self, name: str, top: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.listeners", name, str(top)]
        started = time.monotonic()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            raise SystemExit(f"{name} does not listen")
        self.ready_s = time.monotonic() - started

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def told(self) -> tuple[Heard, int]:
        """What it has heard of, and how often it knew that it lost something; it ends."""
        said, _ = self._process.communicate(b"\n", timeout=120)
        found = json.loads(said.splitlines()[-1])
        return found["heard"], found["lost"]

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.wait()


@contextmanager
def listening(name: str, top: Path) -> Iterator[Listener]:
    """One that is gone afterwards."""
    listener = Listener(name, top)
    try:
        yield listener
    finally:
        listener.end()


if __name__ == "__main__":
    LISTENERS[sys.argv[1]](sys.argv[2])
