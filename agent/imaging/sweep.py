"""Which files of a folder have changed since they were judged?

Walks with `os.scandir`, compares file id, size and times with the ledger, and opens only what
differs. Links are not followed; folders that are imaging folders themselves are left to their own
sweep; what is excluded is counted.

- Folders that cannot be listed are counted: a root with such a folder is not covered.
- Other file systems mounted below belong to the folder, unless another machine serves them: then
  they are counted like a folder that is shut.
- Only a sweep of the whole root forgets files, and only when it comes to its end.
- A sweep goes in steps of one file, so that it can be held and other files looked at meanwhile.
"""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from agent.imaging.examine import Examiner
from agent.imaging.findings import FileId
from agent.imaging.ledger import Ledger
from agent.imaging.opening import is_placeholder
from agent.imaging.roots import Root, Roots
from agent.imaging.sweeps import Sweep
from agent.imaging.volumes import Volumes

_COMMIT_EVERY = 256

Steps: TypeAlias = Generator[None, None, bool]
"""A walk of which each step looks at one file; at its end it says whether a finding changed."""
Met: TypeAlias = Callable[[os.stat_result], bool]
"""Is this the first name by which a walk meets a file?"""


@dataclass(slots=True)
class Walk:
    """The regular files below a folder, and what could not be walked."""

    roots: Roots
    volumes: Volumes
    excluded: int = 0
    shut: list[str] = field(default_factory=list)
    _local: dict[int | None, bool] = field(default_factory=dict)

    def files(self, top: str) -> Iterator[os.DirEntry[str]]:
        """Each regular file once; the order is that of the file system."""
        waiting = [top]
        self._local[_device(top)] = True
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(folder) as entries:
                    yield from self._folder(entries, waiting)
            except (FileNotFoundError, NotADirectoryError):
                continue  # it vanished between its name and itself
            except OSError:
                self.shut.append(folder)

    def _folder(
        self, entries: "Iterator[os.DirEntry[str]]", waiting: list[str]
    ) -> Iterator[os.DirEntry[str]]:
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if not is_folder and not entry.is_file(follow_symlinks=False):
                continue
            if self.roots.is_excluded(entry.path):
                self.excluded += _count(entry.path) if is_folder else 1
            elif not is_folder:
                yield entry
            elif self._is_local(entry):
                if not self.roots.is_top(entry.path):
                    waiting.append(entry.path)
            else:
                self.shut.append(entry.path)

    def _is_local(self, folder: os.DirEntry[str]) -> bool:
        """Does this machine itself hold the files of a folder that may be a mount point?"""
        device = folder.stat(follow_symlinks=False).st_dev
        if device not in self._local:
            self._local[device] = not self.volumes.under(folder.path).is_remote
        return self._local[device]


def sweep(
    examiner: Examiner, root: Root, asked_at: float, alive: Callable[[], None] = lambda: None
) -> bool:
    """Walk a whole root at one go; `alive` is called now and then."""
    return _to_its_end(sweeping(examiner, root, asked_at), alive)


def sweep_part(
    examiner: Examiner, root: Root, top: str, alive: Callable[[], None] = lambda: None
) -> bool:
    """Walk a folder below a root at one go; `alive` is called now and then."""
    return _to_its_end(sweeping_part(examiner, root, top), alive)


def sweeping(examiner: Examiner, root: Root, asked_at: float, *, at_leisure: bool = True) -> Steps:
    """Walk a whole root in steps; did a finding change, or is it the first sweep that ended?

    `asked_at` (epoch seconds) is the moment that the sweep speaks of: what changed later is left
    to events. `at_leisure`: the practice is closed, so contents may be summed.
    """
    ledger = examiner.ledger
    if examiner.volumes.of(root).is_remote:
        return False  # the machine that serves it looks after it
    first = ledger.sweeps.last(root.label) is None
    ledger.sweeps.begin(root.label)
    walk = Walk(examiner.roots, examiner.volumes)
    changed = yield from _walked(examiner, root, walk.files(root.path), _noted(ledger))
    if not Path(root.path).is_dir():
        return changed  # it was taken away: nothing is forgotten, and nothing is covered
    done = Sweep(asked_at, ledger.now(), len(walk.shut), walk.excluded, root.mark)
    changed = ledger.end_sweep(root.label, done) or changed or first
    if root.integrity and ledger.sums.is_due(root.label, ledger.now(), at_leisure=at_leisure):
        yield from ledger.sums.take(root.label, _statuses(examiner, root), ledger.now())
    return changed


def sweeping_part(examiner: Examiner, root: Root, top: str) -> Steps:
    """Walk a folder below a root in steps; did a finding open, close or change?"""
    if not Path(top).is_dir():
        gone = examiner.ledger.gone(top)
        examiner.ledger.commit()
        return gone
    walk = Walk(examiner.roots, examiner.volumes)
    return (yield from _walked(examiner, root, walk.files(top), _stays(examiner.ledger, root)))


def _noted(ledger: Ledger) -> Met:
    """For a whole root: each file is noted once, whatever its names, and is not to be forgotten."""
    return lambda status: ledger.sweeps.met(FileId.of(status))


def _stays(ledger: Ledger, root: Root) -> Met:
    """For a folder: of a file with several names the first; a whole sweep may be held meanwhile."""
    linked: set[FileId] = set()

    def met(status: os.stat_result) -> bool:
        file = FileId.of(status)
        ledger.sweeps.stays(root.label, file)
        if status.st_nlink < 2:
            return True
        is_new = file not in linked
        linked.add(file)
        return is_new

    return met


def _to_its_end(steps: Steps, alive: Callable[[], None]) -> bool:
    while True:
        for _ in range(_COMMIT_EVERY):
            try:
                next(steps)
            except StopIteration as end:
                return bool(end.value)
        alive()


def _statuses(examiner: Examiner, root: Root) -> Iterator[tuple[str, os.stat_result]]:
    """Every file of a root with its status, the placeholders of clouds left out."""
    for entry in Walk(examiner.roots, examiner.volumes).files(root.path):
        with suppress(OSError):
            status = entry.stat(follow_symlinks=False)
            if not is_placeholder(status):
                yield entry.path, status


def _walked(
    examiner: Examiner,
    root: Root,
    files: "Iterator[os.DirEntry[str]]",
    met: Met,
) -> Steps:
    changed = False
    for number, entry in enumerate(files, 1):
        yield
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # it vanished between its name and itself
        if met(status):
            changed |= examiner.file(root, entry.path, status)
        if number % _COMMIT_EVERY == 0:
            examiner.ledger.commit()
    examiner.ledger.commit()
    return changed


def _device(folder: str) -> int | None:
    try:
        return os.lstat(folder).st_dev
    except OSError:
        return None


def _count(folder: str) -> int:
    """Regular files below an excluded folder, unopened; links are not followed."""
    return sum(len(files) for _, _, files in os.walk(folder))
