"""As of when has every file of a folder been judged from its present bytes?

Complete as of T: every file that was in the root at T has a verdict formed from bytes at or after
its last change before T.

- With an unbroken stream of events since a finished sweep, T is the moment for which the guard
  last spoke, or the first event of the oldest file that is still waiting.
- Without it T is the moment of the last finished sweep.
- A folder that was shut, a file that could not be read, or a watch that failed keeps it
  incomplete.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.imaging.sweeps import Sweep

_ALIVE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Watched:
    """What the guard says of one root; times in epoch seconds."""

    watched: bool
    stream_since: float | None
    oldest_pending: float | None
    dirty: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """What the guard said last; without one, nothing is watched."""

    updated_at: float = 0.0
    roots: Mapping[str, Watched] = field(default_factory=dict)

    def of(self, label: str, now: float) -> Watched | None:
        """Its word on a root, unless it has fallen silent."""
        return self.roots.get(label) if now - self.updated_at <= _ALIVE_SECONDS else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """`as_of` in epoch seconds; None before the first finished sweep."""

    complete: bool
    as_of: float | None


def read(data: bytes) -> Guard:
    """The guard's own file; what does not read as one says nothing."""
    try:
        said = json.loads(data)
        roots = {str(label): _watched(root) for label, root in said["roots"].items()}
        return Guard(float(said["updated_at"]), roots)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Guard()


def _watched(said: Mapping[str, Any]) -> Watched:
    return Watched(
        said["watched"] is True,
        _moment(said["stream_since"]),
        _moment(said["oldest_pending"]),
        said["dirty"] is not False,
    )


def _moment(value: object) -> float | None:
    return None if value is None else float(str(value))


def coverage(sweep: Sweep | None, guard: Guard, label: str, unread: int, now: float) -> Coverage:
    """The statement on one root; `unread` counts its files that could not be read."""
    if sweep is None:
        return Coverage(complete=False, as_of=None)
    watched = guard.of(label, now)
    failed = watched is not None and not watched.watched
    complete = sweep.denied == 0 and unread == 0 and not failed
    if watched is None or not _unbroken(watched, sweep):
        return Coverage(complete, sweep.began_at)
    if watched.oldest_pending is not None:
        return Coverage(complete, max(sweep.began_at, watched.oldest_pending))
    return Coverage(complete, guard.updated_at)


def _unbroken(watched: Watched, sweep: Sweep) -> bool:
    """Has every event since the sweep began come through?"""
    stream = watched.stream_since
    return not watched.dirty and stream is not None and stream <= sweep.began_at
