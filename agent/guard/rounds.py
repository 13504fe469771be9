"""Which errand goes out now, and what did the last one bring back?

Patrol, courier, visit and those for new rules (agent.guard.rules): each by its hours, one of each
at a time, each with a deadline, and none waits for another. The last line of what an errand prints
is one JSON object; nothing else is believed of it.

- Where the guard's unit forbids the network a child would inherit the ban. There what needs it is
  not started: `run/wake`, `run/wake-visit` or `run/wake-packs` is touched, and a path unit does.
- What is to be told to the controller (the agent has started, an errand was killed …) goes with
  the next patrol, and is told until one has succeeded.
"""

import json
import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.guard import children
from agent.guard.children import Child
from agent.guard.joining import Joining
from agent.guard.journal import say
from agent.guard.rules import NewRules, changed_at
from agent.guard.schedule import CourierHours, PatrolHours, VisitHours, Wish, until_slot
from agent.paths import Home

_PATROL_S = 600.0
_COURIER_S = 180.0
_VISIT_S = 600.0
"""64 hosts, four at a time, thirty seconds each; and the ports of this machine."""
_LEAST_S = 300.0
"""The shortest period of patrols that an assignment may name."""
_LONGEST_PAUSE_S = 24 * 3600
_UNREACHED = 75
"""The courier's exit code when no controller answered (EX_TEMPFAIL of sysexits.h)."""
_NOT_ALL = 1
"""A visit's exit code when a host was not reached: it has done what it could."""
_AFTER_A_VISIT = Wish(frozenset({"listeners"}))
"""What it has left of this machine; of hosts each patrol takes what is new."""


class Rounds:
    """The errands that come back. Times are of the guard's clock, in seconds."""

    def __init__(self, home: Home, program: Sequence[str], *, network: bool) -> None:
        self._home = home
        self._program = program
        self._network = network
        self.patrol_hours = PatrolHours(3600.0)
        self.courier_hours = CourierHours(300.0)
        self.visit_hours = VisitHours()
        self.wants_sweep = False
        self.events: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._wish = Wish()
        self._patrol: Child | None = None
        self._courier: Child | None = None
        self._visit: Child | None = None
        self._visited_at = changed_at(home.visit_ended)
        self._wanted_at = changed_at(home.patrol_wanted)
        self._enrolled_at = changed_at(home.enrolled)
        self.rules = NewRules(home, self._simple, None if network else _wake)
        self.joining = Joining(home, self._simple if network else None)

    @property
    def running(self) -> tuple[Child, ...]:
        """The errands that are out now."""
        out = (self._patrol, self._courier, self._visit, self.rules.child, self.joining.child)
        return tuple(child for child in out if child is not None)

    def look(self, now: float) -> None:
        """Has somebody left word: courier or visit for the patrol, or `enroll` for us?"""
        self.rules.look(now)
        self.joining.look(now)
        visited, self._visited_at = self._visited_at, changed_at(self._home.visit_ended)
        if visited != self._visited_at:
            self.patrol_hours.want(_AFTER_A_VISIT)
        wanted, self._wanted_at = self._wanted_at, changed_at(self._home.patrol_wanted)
        enrolled, self._enrolled_at = self._enrolled_at, changed_at(self._home.enrolled)
        if wanted != self._wanted_at or enrolled != self._enrolled_at:
            self.patrol_hours.want(Wish())

    def is_due(self, now: float) -> bool:
        """Is a patrol about to start? Then what the guard knows must be written first."""
        return self._patrol is None and self.patrol_hours.next_at() <= now

    def step(self, now: float) -> None:
        """Bury the ended, kill the late, start the due."""
        self._patrol = self._look_after(self._patrol, now)
        self._courier = self._look_after(self._courier, now)
        self._visit = self._look_after(self._visit, now)
        self.rules.child = self._look_after(self.rules.child, now)
        self.joining.child = self._look_after(self.joining.child, now)
        if self.is_due(now):
            self._start_patrol(now)
        if self._courier is None and self.courier_hours.next_at() <= now:
            self._start_courier(now)
        if self._visit is None and self.visit_hours.next_at() <= now:
            self._start_visit(now)
        self.rules.step(now)
        self.joining.step(now)

    def next_due(self) -> float:
        """When `step` has something to do, if no errand ends before."""
        patrol = self._patrol.deadline if self._patrol else self.patrol_hours.next_at()
        courier = self._courier.deadline if self._courier else self.courier_hours.next_at()
        visit = self._visit.deadline if self._visit else self.visit_hours.next_at()
        return min(patrol, courier, visit, self.rules.next_due(), self.joining.next_due())

    def stop(self) -> None:
        """End them: what they have sealed is sealed, the rest is done again."""
        for child in self.running:
            child.kill()
            child.buried()

    def _start_patrol(self, now: float) -> None:
        self._wish = self.patrol_hours.started(now)
        self._told = +self.events
        words = [f"--only={name}" for name in sorted(self._wish.only)]
        words += [f"--cause={self._wish.cause}"] if self._wish.cause else []
        words += [f"--event={name}={n}" for name, n in self._told.items()]
        self._patrol = self._start("patrol", words, now + _PATROL_S)
        if self._patrol is None:
            self.patrol_hours.failed(self._wish, now)

    def _start_courier(self, now: float) -> None:
        self.courier_hours.started()
        if not self._network:
            _wake(self._home.wake)
            self.courier_hours.succeeded(now, None)
            return
        self._courier = self._start("courier", [], now + _COURIER_S)
        if self._courier is None:
            self.courier_hours.failed(now, None)

    def _start_visit(self, now: float) -> None:
        self.visit_hours.started()
        if not self._network:
            _wake(self._home.wake_visit)
            self.visit_hours.ended(now)
            return
        self._visit = self._start("visit", [], now + _VISIT_S)
        if self._visit is None:
            self.visit_hours.failed(now)

    def _simple(self, name: str, deadline: float) -> Child | None:
        return self._start(name, [], deadline)

    def _start(self, name: str, words: list[str], deadline: float) -> Child | None:
        command = [*self._program, "--home", str(self._home.root), name, *words]
        try:
            return children.start(name, command, deadline=deadline)
        except OSError as error:
            say("an errand could not be started", errand=name, why=error.strerror)
            return None

    def _look_after(self, child: Child | None, now: float) -> Child | None:
        if child is None:
            return None
        code = child.buried()
        if code is None:
            if now >= child.deadline:
                say("an errand is late and is killed", errand=child.name)
                child.kill()
                child.deadline = math.inf
            return child
        if code != 0 and (child.name, code) != ("visit", _NOT_ALL):
            say("an errand has failed", errand=child.name, code=code)
            self.events["errand_killed"] += code < 0
        self._ended(child.name, code, _last_line(child), now)
        return None

    def _ended(self, name: str, code: int, said: Mapping[str, object], now: float) -> None:
        match name:
            case "patrol":
                self._patrolled(code, said, now)
            case "visit":
                self._visited(code, now)
            case "courier":
                self._delivered(code, said, now)
            case "enroll":
                self.look(now)
            case _:
                if self.rules.ended(name, code, said, now):
                    self.patrol_hours.want(Wish())

    def _patrolled(self, code: int, said: Mapping[str, object], now: float) -> None:
        if code != 0:
            self.patrol_hours.failed(self._wish, now)
            return
        self.events -= self._told
        self.wants_sweep |= said.get("rescan") is True
        if said.get("visit") is True:
            self.visit_hours.want(now)
        if said.get("packs") is True:
            self.rules.hours.want(now)
        every = said.get("every")
        if isinstance(every, int) and every >= _LEAST_S:
            self.patrol_hours.every = float(every)
        agent = said.get("agent")
        period = self.patrol_hours.every
        slot = until_slot(agent if isinstance(agent, str) else None, period, time.time())
        self.patrol_hours.succeeded(self._wish, now, slot)
        waiting = bool(said.get("waiting"))
        enrolled = said.get("enrolled") is True
        self.courier_hours.patrolled(now, enrolled=enrolled, waiting=waiting)
        if enrolled:
            self.rules.hours.joined(now)

    def _visited(self, code: int, now: float) -> None:
        if code not in (0, _NOT_ALL):
            self.visit_hours.failed(now)
            return
        self.visit_hours.ended(now)
        self.patrol_hours.want(_AFTER_A_VISIT)
        self._visited_at = changed_at(self._home.visit_ended)

    def _delivered(self, code: int, said: Mapping[str, object], now: float) -> None:
        pause = _pause(said.get("next_s"))
        if code == 0:
            self.courier_hours.succeeded(now, pause)
        else:
            self.courier_hours.failed(now, pause if code == _UNREACHED else None)
        if said.get("patrol") is True:
            self.patrol_hours.want(Wish())
            self._wanted_at = changed_at(self._home.patrol_wanted)
        if said.get("packs") is True:
            self.rules.hours.want(now)


def _last_line(child: Child) -> Mapping[str, object]:
    """What an errand has to say when it has ended; nothing if that is no JSON object."""
    line = bytes(child.out).strip().rpartition(b"\n")[2]
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _pause(next_s: object) -> float | None:
    """How long a courier wants to wait, in seconds: a day at most, whoever it is by now."""
    is_number = isinstance(next_s, int | float) and 0 <= next_s <= _LONGEST_PAUSE_S
    return float(next_s) if is_number and isinstance(next_s, int | float) else None


def _wake(path: Path) -> None:
    """Touch a file: a path unit starts what this process may not."""
    path.write_text(f"{time.time():.0f}\n")
