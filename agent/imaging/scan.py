"""What lies in some folders that a person names, and who can read it where it lies?

The same detector and the same outcome table as the watcher's, without a ledger: every file is
opened. Several threads read, because a cold disk answers several questions faster than one.

- Links are not followed. A file that is named itself is judged even if it is excluded.
- A file that a cloud's client carries away is judged as in an outbox, where that can be known.
- A folder that is shut, or on another machine, is listed: what lies in it is unproven.
"""

import os
import stat
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from agent.imaging.clouds.base import Cloud
from agent.imaging.clouds.search import Clouds
from agent.imaging.identity import NOTHING, Modality, State
from agent.imaging.judge import Look, look
from agent.imaging.roots import NO_LABELS
from agent.imaging.shelter import Outcome, Shelter, outcome
from agent.imaging.stated import Labels
from agent.imaging.sweep import Walk
from agent.imaging.volumes import Volumes
from rules.facts.imaging import FileKind, FileReason, FileVerdict, RootRole

_THREADS = 8
_CHUNK = 128
_AHEAD = 2 * _THREADS


class Record(NamedTuple):
    """One file; `path` for the screen of this machine alone."""

    path: str
    verdict: FileVerdict
    reason: FileReason
    kind: FileKind
    format: str | None
    method: str | None
    names_exposed: bool
    outcome: Outcome


class Identified(NamedTuple):
    """Whose picture a file is; None if it is no DICOM."""

    identity: State | None
    modality: Modality | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder or name that was not looked at, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Scan:
    """One scan. `unreadable` is whole when all records were taken."""

    role: RootRole
    walk: Walk
    volumes: Volumes
    identify: bool = False
    labels: Labels = NO_LABELS
    clouds: Clouds | None = None
    unreadable: list[Unreadable] = field(default_factory=list)
    carried: Counter[Cloud] = field(default_factory=Counter)
    _shelters: dict[int, Shelter] = field(default_factory=dict)
    _carriers: dict[str, Cloud | None] = field(default_factory=dict)

    def records(self, paths: Iterable[str]) -> Iterator[tuple[Record, Identified | None]]:
        """Each file below the paths, once a path that reaches it, in no order."""
        found = self._files(paths)
        with ThreadPoolExecutor(_THREADS) as pool:
            running: deque[Future[list[tuple[str, Look]]]] = deque()
            while chunk := list(islice(found, _CHUNK)):
                running.append(pool.submit(self._looks, chunk))
                if len(running) > _AHEAD:
                    yield from map(self._record, running.popleft().result())
            while running:
                yield from map(self._record, running.popleft().result())

    def names(self, paths: Iterable[str]) -> Iterator[str]:
        """The paths alone, by a walk of its own: to know how many there are."""
        walk = Walk(self.walk.roots, self.walk.volumes)
        for path in map(os.path.abspath, paths):
            if stat.S_ISDIR(_mode(path)):
                yield from (entry.path for entry in walk.files(path))
            else:
                yield path

    def _files(self, paths: Iterable[str]) -> Iterator[str]:
        """Paths of regular files."""
        for path in map(os.path.abspath, paths):
            mode = _mode(path)
            if stat.S_ISREG(mode):
                yield path
            elif stat.S_ISDIR(mode):
                yield from (entry.path for entry in self.walk.files(path))
            else:
                self.unreadable.append(Unreadable(path, "no_file" if mode else "gone"))
        self.unreadable += [Unreadable(folder, "shut") for folder in self.walk.shut]

    def _looks(self, files: list[str]) -> list[tuple[str, Look]]:
        looks = ((path, look(path, identify=self.identify)) for path in files)
        return [each for each in looks if not each[1].is_gone]

    def _record(self, each: tuple[str, Look]) -> tuple[Record, Identified | None]:
        path, seen = each
        found = self.labels.answer(path, seen.judgement)
        means = outcome(found.verdict, self._role(path), self._shelter(path, seen.device))
        record = Record(
            path,
            found.verdict,
            found.reason,
            found.kind,
            found.format,
            found.method,
            found.names_exposed,
            means,
        )
        return record, self._whose(seen) if self.identify else None

    def _role(self, path: str) -> RootRole:
        """What the folders are for; of what a client carries away, whatever was said."""
        folder = path.rpartition(os.sep)[0]
        if folder not in self._carriers:
            found = self.clouds.above(os.path.realpath(folder)) if self.clouds else None
            self._carriers[folder] = found.cloud if found else None
        cloud = self._carriers[folder]
        if cloud is None:
            return self.role
        self.carried[cloud] += 1
        return "outbox"

    def _shelter(self, path: str, device: int | None) -> Shelter:
        """Of the file system of a file; that of its folder where the file was not opened."""
        device = _device(path) if device is None else device
        if device not in self._shelters:
            self._shelters[device] = self.volumes.under(str(Path(path).parent)).shelter
        return self._shelters[device]

    def _whose(self, seen: Look) -> Identified:
        if seen.judgement.format != "dicom":
            return Identified(None, None)
        whose = seen.identity or NOTHING
        return Identified(whose.state, whose.modality)


def _mode(path: str) -> int:
    try:
        return os.lstat(path).st_mode
    except (OSError, ValueError):
        return 0


def _device(path: str) -> int:
    try:
        return os.lstat(path).st_dev
    except (OSError, ValueError):
        return 0
