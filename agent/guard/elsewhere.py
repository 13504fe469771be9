"""How are folders watched where there is no inotify?

By watchdog, on Windows and macOS. Its own handling of a full buffer skips what was lost
(gorakhargosh/watchdog#1019 and #124), and we cannot see that yet: so `whole_since` is always None,
the roots are swept by the clock, and events only make it faster.

- The filter is the narrow one: closed, created, moved and deleted. On Windows and macOS no close
  is told, so modified files count too, and each waits the longer rest.
- watchdog's own queue has no bound; our handler only puts into ours, and when that is full marks
  the root as missed.
"""

import os
import socket
import threading
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

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
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from agent.guard.watch import Missed, Rest, Root, Seen, Touched

_FILTER: list[type[FileSystemEvent]] = [
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


class Elsewhere:
    """All roots, watched by watchdog's threads; a doorbell wakes the selector that waits."""

    def __init__(self) -> None:
        self._bell, self._button = socket.socketpair()
        self._bell.settimeout(0)
        self._button.settimeout(0)
        self._heard: deque[Seen] = deque()
        self._lock = threading.Lock()
        self._watches: dict[Root, ObservedWatch] = {}
        self._observer = Observer()
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

    def whole_since(self, label: str) -> float | None:  # noqa: ARG002 - the same for every root
        """Never: what watchdog loses here cannot be seen."""
        return None

    def mend(self, label: str) -> None:
        """Nothing to do: what is missed is found by the sweeps."""

    def watch(self, roots: Iterable[Root], network: Collection[str]) -> Iterator[Seen]:
        """Watch these roots, as far as they are there and on this machine."""
        wanted = {root for root in roots if not root.path.startswith(tuple(network) or ("\0",))}
        for root in [root for root in self._watches if root not in wanted]:
            self._observer.unschedule(self._watches.pop(root))
        for root in wanted - set(self._watches):
            try:
                self._watches[root] = self._observer.schedule(
                    _Handler(self, root), root.path, recursive=True, event_filter=_FILTER
                )
            except OSError:
                continue  # not there yet: looked for again at the next tick
            yield Missed(root.label, root.path)

    def read(self) -> Iterator[Seen]:
        """What the handlers have put down since."""
        with suppress(BlockingIOError):
            self._bell.recv(4096)
        with self._lock:
            heard, self._heard = self._heard, deque()
        yield from heard

    def hear(self, seen: Seen, root: Root) -> None:
        """Called on watchdog's threads: keep what was seen, and ring."""
        with self._lock:
            if len(self._heard) >= _MOST:
                self._heard.clear()
                seen = Missed(root.label, root.path, overflow=True)
            self._heard.append(seen)
        with suppress(BlockingIOError):  # it is ringing already
            self._button.send(b"!")


class _Handler(FileSystemEventHandler):
    """Turns watchdog's events in one root into ours."""

    def __init__(self, ear: Elsewhere, root: Root) -> None:
        self._ear = ear
        self._root = root

    def on_any_event(self, event: FileSystemEvent) -> None:
        closed = isinstance(event, FileClosedEvent | FileMovedEvent | FileDeletedEvent)
        for path in (event.src_path, event.dest_path):
            if path:
                self._ear.hear(self._seen(event, os.fsdecode(path), closed=closed), self._root)

    def _seen(self, event: FileSystemEvent, path: str, *, closed: bool) -> Seen:
        if event.is_directory:
            return Missed(self._root.label, path)
        return Touched(self._root.label, path, Rest.CLOSED if closed else Rest.OPEN)
