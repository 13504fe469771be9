"""Which folders of the roots are watched, and what does an event in one of them mean?

inotify watches single folders, so every folder below a root gets a watch of its own.

- A folder is watched first and listed second: what was put into it before the watch stood is
  found by the listing, what comes after by an event. Nothing falls between.
- A folder that is moved keeps its kernel watch, which would go on telling the old path: it is
  dropped, and its new place is watched and listed anew.
- After an overflow nothing is rebuilt. Missing watches are added when the kernel has told all, and
  the roots are swept. (Removing and adding again would itself overflow a large tree, for ever.)
- A folder that could not be watched is counted; its root is not whole until it can be.
"""

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from agent.guard import inotify
from agent.guard.inotify import Inotify, Record
from agent.guard.watch import Missed, Rest, Root, Seen, Touched

_MASK = (
    inotify.CLOSE_WRITE
    | inotify.CREATE
    | inotify.DELETE
    | inotify.MOVED_FROM
    | inotify.MOVED_TO
    | inotify.ONLYDIR
    | inotify.EXCL_UNLINK
)
_ROOT_MASK = _MASK | inotify.DELETE_SELF | inotify.MOVE_SELF
_ENDED = inotify.IGNORED | inotify.UNMOUNT | inotify.DELETE_SELF | inotify.MOVE_SELF
_BATCHES = 128
"""Reads in a row before others get their turn: more than a full kernel queue holds (16,384 events
of at most 272 bytes), so what had happened when `read` began has been told when it ends."""
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


class Folders:
    """The watched folders of all roots, on one inotify instance."""

    def __init__(
        self, clock: Callable[[], float] = time.time, kernel: Inotify | None = None
    ) -> None:
        self._kernel = kernel or Inotify()
        self._clock = clock
        self._roots: dict[bytes, Root] = {}  # inner roots before those that they lie in
        self._network: frozenset[bytes] = frozenset()
        self._paths: dict[int, bytes] = {}
        self._planted: dict[bytes, tuple[int, int] | None] = {}  # root -> which folder it was
        self._unwatched: set[str] = set()
        self._whole_since: dict[str, float] = {}
        self._overflowed = False

    def fileno(self) -> int:
        """For a selector: the kernel's descriptor."""
        return self._kernel.fileno()

    def close(self) -> None:
        """Drop all watches."""
        self._kernel.close()

    def whole_since(self, label: str) -> float | None:
        """Since when each folder of the root is watched without a break."""
        return self._whole_since.get(label)

    def watch(self, roots: Iterable[Root], network: Collection[str]) -> Iterator[Seen]:
        """Drop what is no root any more, and take what is new or has come back."""
        wanted = {os.fsencode(root.path): root for root in roots}
        self._network = frozenset(os.fsencode(mount) for mount in network)
        for path in [path for path in self._planted if path not in wanted or self._is_far(path)]:
            self._uproot(path)
        yield from self._let_go_of_replaced()
        self._roots = dict(sorted(wanted.items(), key=lambda item: -len(item[0])))
        for path, root in self._roots.items():
            if path not in self._planted and not self._is_far(path):
                self.mend(root.label)
                if path in self._planted:
                    yield Missed(root.label, root.path)

    def _let_go_of_replaced(self) -> Iterator[Seen]:
        """A root that is another folder now: its link was turned, or a folder above it replaced.

        The kernel tells neither, and would go on watching the old one.
        """
        for path in [path for path, was in self._planted.items() if _which(path) != was]:
            if path in self._planted:
                self._uproot(path)
                root = self._roots[path]
                yield Missed(root.label, root.path)

    def mend(self, label: str) -> None:
        """Add the watches that a root lacks; it is whole from then on, if none is refused."""
        for path, root in self._roots.items():
            if root.label == label and not self._is_far(path):
                self._unwatched.discard(label)
                deque(self._plant(path), maxlen=0)
                if path in self._planted and label not in self._unwatched:
                    self._whole_since.setdefault(label, self._clock())

    def read(self) -> Iterator[Seen]:
        """What the kernel tells until it has told all, and what that means."""
        for _ in range(_BATCHES):
            records = self._kernel.read()
            for record in records:
                yield from self._meaning(record)
            if not records:
                if self._overflowed:
                    yield from self._mend_all()
                return

    def _mend_all(self) -> Iterator[Seen]:
        self._overflowed = False
        for path in list(self._planted):
            root = self._roots[path]
            self.mend(root.label)
            yield Missed(root.label, root.path)

    def _meaning(self, record: Record) -> Iterator[Seen]:
        if record.mask & inotify.OVERFLOW:
            self._overflowed = True
            self._whole_since.clear()
            yield from (Missed(r.label, r.path, overflow=True) for r in self._roots.values())
            return
        folder = self._paths.get(record.wd)
        if folder is None:
            return
        if record.mask & _ENDED:
            yield from self._ended(record, folder)
        elif record.mask & inotify.ISDIR:
            yield from self._folder_event(record, folder + b"/" + record.name)
        else:
            opened = record.mask & inotify.CREATE
            yield from self._tell(folder + b"/" + record.name, Rest.OPEN if opened else Rest.CLOSED)

    def _folder_event(self, record: Record, path: bytes) -> Iterator[Seen]:
        if record.mask & (inotify.CREATE | inotify.MOVED_TO):
            yield from self._plant(path)
        elif record.mask & inotify.MOVED_FROM:
            self._drop(path)
            root = self._root_of(path)
            if root:
                yield Missed(root.label, os.fsdecode(path))

    def _ended(self, record: Record, folder: bytes) -> Iterator[Seen]:
        """A folder is watched no more; if it is a root, it is gone until it comes back."""
        self._paths.pop(record.wd, None)
        root = self._roots.get(folder)
        if root and folder in self._planted:
            self._uproot(folder)
            yield Missed(root.label, root.path)

    def _plant(self, top: bytes) -> Iterator[Seen]:
        """Watch a folder and all below it, and tell which files lie there already."""
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            if not self._add(folder):
                continue
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
                        else:
                            yield from self._tell(entry.path, Rest.OPEN)
            except OSError as error:
                self._refused(folder, error)

    def _add(self, folder: bytes) -> bool:
        is_root = folder in self._roots
        which = _which(folder) if is_root else None  # before the watch: never newer than it
        if folder in self._network:
            self._refused(folder, OSError(errno.EREMOTE, "on a network mount"))
            return False
        try:
            wd = self._kernel.add(folder, _ROOT_MASK if is_root else _MASK | inotify.DONT_FOLLOW)
        except OSError as error:
            self._refused(folder, error)
            return False
        self._paths[wd] = folder
        if is_root:
            self._planted[folder] = which
        return True

    def _refused(self, folder: bytes, error: OSError) -> None:
        """Note that a root is not whole, unless the folder has simply gone."""
        root = self._root_of(folder)
        if root and error.errno not in _GONE:
            self._unwatched.add(root.label)
            self._whole_since.pop(root.label, None)

    def _tell(self, path: bytes, rest: Rest) -> Iterator[Seen]:
        root = self._root_of(path)
        if root:
            yield Touched(root.label, os.fsdecode(path), rest)

    def _root_of(self, path: bytes) -> Root | None:
        """The root that a path lies in; of two that overlap the inner one."""
        for top, root in self._roots.items():
            if path == top or path.startswith(top + b"/"):
                return root
        return None

    def _is_far(self, path: bytes) -> bool:
        return any(path == far or path.startswith(far + b"/") for far in self._network)

    def _uproot(self, top: bytes) -> None:
        """Let go of a root, and of roots inside it: they are taken again if they are there."""
        self._drop(top)
        for path in [p for p in self._planted if p == top or p.startswith(top + b"/")]:
            self._planted.pop(path, None)
            root = self._roots.get(path)
            if root:
                self._whole_since.pop(root.label, None)

    def _drop(self, top: bytes) -> None:
        """Watch a folder and all below it no more."""
        below = top + b"/"
        for wd in [w for w, path in self._paths.items() if path == top or path.startswith(below)]:
            del self._paths[wd]
            self._kernel.remove(wd)


def _which(folder: bytes) -> tuple[int, int] | None:
    """Which folder a path leads to now, links included; None if to none."""
    try:
        found = Path(os.fsdecode(folder)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
