"""Since when has something been as it is, and what is its number on this machine?

Two small tables of `local.sqlite`, which never leaves the machine.

- Where no agent has run, nobody knows since when: `not_collected`, never the time of asking.
- A number is given once and for ever: `user-3` is the same person in every report.
- Everything is read at the first question and written by `save`, in one transaction: no lock is
  held while facts are collected. Only a new number is written at once, so that two processes
  never give the same one twice.
"""

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from rules.facts.base import Maybe, Unknown, Why
from rules.facts.form import instant, timestamp

_TABLES = """
CREATE TABLE IF NOT EXISTS fact_since (
    fact TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, first_seen TEXT NOT NULL,
    PRIMARY KEY (fact, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS local_number (
    noun TEXT NOT NULL, value TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (noun, value), UNIQUE (noun, number)
) WITHOUT ROWID;
"""
_MOST_OF_A_HOST = 4096
"""Names of one noun that are numbered for good: who has more of them has them on purpose."""

_WAIT = 5.0
"""Seconds to wait for another process that writes."""


@dataclass(slots=True)
class Memory:
    """What this machine remembers; without a path, for this run only. Any thread may ask."""

    path: Path | None = None
    _since: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _changed: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def none(cls) -> Self:
        """A memory that knows no "since when" and numbers from 1 in each run."""
        return cls()

    @classmethod
    def open(cls, path: Path) -> Self:
        """The memory in a file that an agent has made; without one, or if it is not ours, none."""
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", _WAIT, uri=True)) as database:
                return cls._loaded(path, database)
        except sqlite3.Error:
            return cls.none()

    @classmethod
    def create(cls, path: Path) -> Self:
        """The memory in a file, made if it is not there; sqlite3.Error if that is impossible."""
        with closing(sqlite3.connect(path, _WAIT)) as database:
            return cls._loaded(path, database)

    @classmethod
    def _loaded(cls, path: Path, database: sqlite3.Connection) -> Self:
        database.executescript(_TABLES)
        since = database.execute("SELECT fact, key, state, first_seen FROM fact_since")
        numbers = database.execute("SELECT noun, value, number FROM local_number")
        return cls(
            path,
            {(fact, key): (state, first) for fact, key, state, first in since},
            {(noun, value): number for noun, value, number in numbers},
        )

    def since(self, fact: str, key: str, state: str, now: datetime) -> Maybe[datetime]:
        """When `key` was first seen in this state, and in no other in between."""
        if self.path is None:
            return Unknown(Why.NOT_COLLECTED)
        with self._lock:
            known = self._since.get((fact, key))
            if known is None or known[0] != state:
                known = self._since[fact, key] = (state, timestamp(now))
                self._changed.add((fact, key))
        return instant(known[1])

    def note(self, fact: str, key: str, state: str, now: datetime) -> None:
        """Keep a state of `key` for the next pass; without a file nothing is kept."""
        self.since(fact, key, state, now)

    def noted(self, fact: str, key: str) -> str | None:
        """The state in which `key` was last seen; None if it never was."""
        with self._lock:
            known = self._since.get((fact, key))
        return known and known[0]

    def retain(self, fact: str, keys: set[str]) -> None:
        """Forget what is no longer there: should it come back, its time starts anew."""
        with self._lock:
            for known in [known for known in self._since if known[0] == fact]:
                if known[1] not in keys:
                    del self._since[known]
                    self._changed.add(known)

    def number(self, noun: str, value: str, host: str = "") -> str:
        """`user-3`: the number of a value among those of its noun.

        The noun may be the path of a field of the catalogue: that of `users.name` is `user`. Each
        `host` that is visited has numbers of its own, and of those only so many are kept.
        """
        if "." in noun:
            noun = noun.split(".")[-2].removesuffix("s")
        among = f"{host}/{noun}" if host else noun
        with self._lock:
            number = self._numbers.get((among, value)) or self._given(among, value)
            self._numbers[among, value] = number
        return f"{noun}-{number}"

    def _given(self, noun: str, value: str) -> int:
        is_flooded = "/" in noun and sum(of == noun for of, _ in self._numbers) >= _MOST_OF_A_HOST
        if self.path is None or is_flooded:
            return 1 + max((n for (of, _), n in self._numbers.items() if of == noun), default=0)
        with closing(sqlite3.connect(self.path, _WAIT)) as database, database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(
                "INSERT OR IGNORE INTO local_number SELECT ?, ?, 1 + coalesce(max(number), 0)"
                " FROM local_number WHERE noun = ?",
                (noun, value, noun),
            )
            wanted = "SELECT number FROM local_number WHERE noun = ? AND value = ?"
            return int(database.execute(wanted, (noun, value)).fetchone()[0])

    def save(self) -> None:
        """Write what has changed, in one transaction; sqlite3.Error if that is impossible."""
        with self._lock:
            if self.path is None or not self._changed:
                return
            kept = [(*key, *self._since[key]) for key in self._changed if key in self._since]
            gone = [key for key in self._changed if key not in self._since]
            with closing(sqlite3.connect(self.path, _WAIT)) as database, database:
                database.executemany("REPLACE INTO fact_since VALUES (?, ?, ?, ?)", kept)
                database.executemany("DELETE FROM fact_since WHERE fact = ? AND key = ?", gone)
            self._changed.clear()
