"""Has a file of rules changed, so that it is time to check again?

An editor writes a file in several steps, or puts another in its place: what counts is that nothing
has moved for a fifth of a second. Files that are only read change nothing.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from rules.errors import Misused

_QUIET_SECONDS = 0.2
_LOOK_SECONDS = 0.5
"""How often a wait looks up: for Ctrl-C where that wakes no thread, and for folders that moved."""

_FOLDERS = (DirCreatedEvent, DirDeletedEvent, DirMovedEvent)
_FILES = (FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent)


class Watch:
    """Watches the files under some paths, which must be there, from `with` on.

    Raises Misused if the system watches no more folders.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._changes = _Changes()
        self._observer = Observer()

    def __enter__(self) -> Self:
        wanted = {path if path.is_dir() else path.parent: path.is_dir() for path in self._paths}
        kinds: list[type[FileSystemEvent]] = [*_FOLDERS, *_FILES]
        try:
            for at, is_deep in wanted.items():
                self._observer.schedule(
                    self._changes, str(at), recursive=is_deep, event_filter=kinds
                )
            self._observer.start()
        except OSError as error:
            said = error.strerror or str(error)
            raise Misused(f"the folders cannot be watched: {said}; leave out --watch") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._observer.stop()
        self._observer.join()

    def wait(self) -> None:
        """Return once something has changed since the last time, and has come to rest."""
        changed = self._changes.seen
        while not changed.wait(_LOOK_SECONDS) and all(path.exists() for path in self._paths):
            pass
        changed.clear()
        while changed.wait(_QUIET_SECONDS):
            changed.clear()


class _Changes(FileSystemEventHandler):
    def __init__(self) -> None:
        self.seen = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        names = (str(event.src_path), str(event.dest_path))
        if isinstance(event, _FOLDERS) or any(name.endswith(".yaml") for name in names):
            self.seen.set()
