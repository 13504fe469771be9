"""How are folders watched where there is no inotify?

By watchdog, on Windows and macOS, through adapters that see what it skips (agent.guard.windows,
agent.guard.macos). They are built against watchdog's code and have never run on those systems. So
until a system stands in `CONFIRMED` no root on it is called whole: events hasten, what is lost is
swept at once, and a sweep each 15 minutes proves.

- The filter is the narrow one: closed, created, moved and deleted. On Windows and macOS no close
  is told, so modified files count too, and each waits the longer rest.
- watchdog's own queue has no bound; our handler only puts into ours, and when that is full the
  roots that stand in it are doubted.
- A watch whose thread has ended, or whose folder is another one now, is taken anew.
"""

import os
import queue
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver, ObservedWatch

from agent.guard.doubt import Doubt
from agent.guard.watch import Missed, Rest, Root, Seen, Touched

CONFIRMED: frozenset[str] = frozenset()
"""Values of sys.platform on which the adapters were seen to lose nothing. To add one, run the tests
of agent/guard and of nothing unjudged there, and write down what was seen."""
FILTER: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
_MOST = 10_000


@dataclass(slots=True)
class _Watch:
    """A root that is watched: by what, which folder it was, and since when without a break."""

    observed: ObservedWatch
    which: tuple[int, int]
    since: float


class Elsewhere:
    """All roots, watched by watchdog's threads; a doorbell wakes the selector that waits."""

    def __init__(
        self,
        observer: Callable[[Doubt], BaseObserver] | None = None,
        *,
        is_confirmed: bool = sys.platform in CONFIRMED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._bell, self._button = socket.socketpair()
        self._bell.settimeout(0)
        self._button.settimeout(0)
        self._heard: deque[Seen] = deque()
        self._lock = threading.Lock()
        self._watches: dict[Root, _Watch] = {}
        self._is_confirmed = is_confirmed
        self._clock = clock
        self._observer = (observer or _observer)(self.doubt)
        self._observer.start()

    def fileno(self) -> int:
        """For a selector: the doorbell."""
        return self._bell.fileno()

    def close(self) -> None:
        """Stop watchdog's threads."""
        self._observer.stop()
        self._observer.join()
        self._bell.close()
        self._button.close()

    def whole_since(self, label: str) -> float | None:
        """Since when a root's stream is unbroken; None as long as nobody has seen that to hold."""
        watch = next((w for root, w in self._watches.items() if root.label == label), None)
        if watch is None or not self._is_confirmed or not self._lives(watch):
            return None
        return watch.since

    def mend(self, label: str) -> None:
        """Nothing to do: what is missed is found by the sweeps."""

    def watch(self, roots: Iterable[Root], network: Collection[str]) -> Iterator[Seen]:
        """Watch these roots, as far as they are there and on this machine."""
        far = tuple(network) or ("\0",)
        wanted = [r for r in roots if not r.path.startswith(far) and not _is_far(r.path)]
        for root in [root for root in self._watches if root not in wanted]:
            self._drop(root)
        for root in wanted:
            which, watch = _which(root.path), self._watches.get(root)
            is_lost = watch is not None and (watch.which != which or not self._lives(watch))
            if is_lost:
                self._drop(root)
            is_taken = root not in self._watches and which is not None and self._take(root, which)
            if is_lost or is_taken:
                yield Missed(root.label, root.path)

    def read(self) -> Iterator[Seen]:
        """What the handlers have put down since."""
        with suppress(BlockingIOError):
            self._bell.recv(4096)
        with self._lock:
            heard, self._heard = self._heard, deque()
        yield from heard

    def hear(self, seen: Seen) -> None:
        """Called on watchdog's threads: keep what was seen, and ring."""
        with self._lock:
            self._heard.append(seen)
            if len(self._heard) > _MOST:
                self._give_up()
        self._ring()

    def doubt(self, top: str, folder: str) -> None:
        """Called on watchdog's threads: events were lost in a folder under a watched one."""
        with self._lock:
            for root, watch in self._watches.items():
                if watch.observed.path == top:
                    watch.since = self._clock()
                    inside = folder.startswith((top + "/", top + os.sep))
                    self._heard.append(Missed(root.label, folder if inside else top, overflow=True))
        self._ring()

    def _give_up(self) -> None:
        """Too much at once: whose events stood there is swept instead."""
        labels = {seen.label for seen in self._heard}
        self._heard.clear()
        for root, watch in self._watches.items():
            if root.label in labels:
                watch.since = self._clock()
                self._heard.append(Missed(root.label, root.path, overflow=True))

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # it is ringing already
            self._button.send(b"!")

    def _take(self, root: Root, which: tuple[int, int]) -> bool:
        try:
            observed = self._observer.schedule(
                _Handler(self, root), root.path, recursive=True, event_filter=FILTER
            )
        except (OSError, queue.Empty):  # the latter: its thread found nothing to open
            return False
        with self._lock:
            self._watches[root] = _Watch(observed, which, self._clock())
        return True

    def _drop(self, root: Root) -> None:
        with self._lock:
            watch = self._watches.pop(root)
        self._observer.unschedule(watch.observed)

    def _lives(self, watch: _Watch) -> bool:
        emitters = (one for one in self._observer.emitters if one.watch == watch.observed)
        return self._observer.is_alive() and any(
            one.is_alive() and one.should_keep_running() for one in emitters
        )


def _observer(doubt: Doubt) -> BaseObserver:
    """That of this system, with the adapter that sees what it loses."""
    if sys.platform == "win32":
        from agent.guard import windows  # noqa: PLC0415 - only where it can be imported

        return windows.observer(doubt)
    elif sys.platform == "darwin":  # noqa: RET505 - type checkers skip what is of other systems
        from agent.guard import macos  # noqa: PLC0415

        return macos.observer(doubt)
    else:
        from watchdog.observers import Observer  # noqa: PLC0415

        return Observer()


def _is_far(path: str) -> bool:
    if sys.platform == "win32":
        from agent.guard.windows import is_far  # noqa: PLC0415 - only where it can be imported

        return is_far(path)
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return False


def _which(path: str) -> tuple[int, int] | None:
    """Which folder lies at a path now; None if there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


class _Handler(FileSystemEventHandler):
    """Turns watchdog's events in one root into ours."""

    def __init__(self, ear: Elsewhere, root: Root) -> None:
        self._ear = ear
        self._root = root

    def on_any_event(self, event: FileSystemEvent) -> None:
        closed = isinstance(event, FileClosedEvent | FileMovedEvent | FileDeletedEvent)
        for path in (event.src_path, event.dest_path):
            if path:
                self._ear.hear(self._seen(event, os.fsdecode(path), closed=closed))

    def _seen(self, event: FileSystemEvent, path: str, *, closed: bool) -> Seen:
        if event.is_directory:
            return Missed(self._root.label, path)
        return Touched(self._root.label, path, Rest.CLOSED if closed else Rest.OPEN)
