"""Are there new rules to fetch, and have some come that are to be put in force?

Two errands, because one has the network and the other the privilege: `fetch-packs` leaves rules in
`packs/incoming`, `install-packs` verifies them again and puts them in force. Who has fetched last
does not matter: what is new there is installed, also after a start of the guard.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from agent.guard.children import Child
from agent.guard.schedule import PackHours
from agent.paths import Home

FETCH, INSTALL = "fetch-packs", "install-packs"
_FETCH_S = 300.0
_INSTALL_S = 60.0

Start: TypeAlias = Callable[[str, float], Child | None]
"""Starts an errand by its name, with a deadline; None if it could not be started."""


class NewRules:
    """Both errands, one at a time. Times are of the guard's clock, in seconds."""

    def __init__(self, home: Home, start: Start, ask: Callable[[Path], None] | None) -> None:
        self.hours = PackHours()
        self.child: Child | None = None
        self._home = home
        self._start = start
        self._ask = ask
        self._fetched_at: float | None = None
        self._wanted_at = changed_at(home.packs_wanted)

    def look(self, now: float) -> None:
        """Has the courier, where it runs by itself, left word that there are new ones?"""
        wanted, self._wanted_at = self._wanted_at, changed_at(self._home.packs_wanted)
        if wanted != self._wanted_at:
            self.hours.want(now)

    def next_due(self) -> float:
        """When `step` has something to do, if no errand ends before."""
        return self.child.deadline if self.child else self.hours.next_at()

    def step(self, now: float) -> None:
        """Start what is due: what has come is installed before more is fetched."""
        if self.child is not None:
            return
        fetched_at = changed_at(self._home.fetched)
        if fetched_at != self._fetched_at:
            self._fetched_at = fetched_at
            self.child = self._start(INSTALL, now + _INSTALL_S)
        elif self.hours.next_at() <= now:
            self._fetch(now)

    def ended(self, name: str, code: int, said: Mapping[str, object], now: float) -> bool:
        """One of them has ended; is a patrol wanted?"""
        self.child = None
        if name == INSTALL:
            return said.get("patrol") is True
        if code == 0:
            self.hours.ended(now)
        else:
            self.hours.failed(now)
        return False

    def _fetch(self, now: float) -> None:
        self.hours.started()
        if self._ask is not None:
            self._ask(self._home.wake_packs)
            self.hours.ended(now)
            return
        self.child = self._start(FETCH, now + _FETCH_S)
        if self.child is None:
            self.hours.failed(now)


def changed_at(path: Path) -> float | None:
    """When a file was written last; None if it is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return None
