"""How is a sweep held, so that new files never wait for it and nobody notices it?

A sweep goes on for two seconds, then the errand takes other questions; asked to go on, it does
where it stopped. Where something stands in the way of sweeps it is given up, and said why: what it
has judged is in the ledger, so the next one passes that quickly.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as time_of_day

from agent.imaging import courtesy
from agent.imaging.courtesy import Moment, Obstacle, Pace
from agent.imaging.examine import Examiner
from agent.imaging.roots import Root
from agent.imaging.sweep import Steps, sweeping, sweeping_part

SLICE_S = 2.0


@dataclass(frozen=True, slots=True)
class Slice:
    """What a while of sweeping came to; `waits_for`: it was given up for now."""

    changed: bool
    is_done: bool = True
    waits_for: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A sweep that is asked for: of all of a root (`top` None) or a folder of it.

    `asked_at` is what it speaks of, `waited_s` how long it has been due.
    """

    root: Root
    top: str | None
    asked_at: float
    waited_s: float = 0.0
    goes_on: bool = False


@dataclass(slots=True)
class Sweeper:
    """Sweeps for an examiner, and holds it to the pace; `look` says what the machine is at."""

    examiner: Examiner
    look: Callable[[], Moment]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _pace: Pace = field(default_factory=Pace)
    _held: tuple[str, str | None, Steps] | None = None
    _obstacle: Obstacle | None = None

    def __post_init__(self) -> None:
        self.examiner.pace = self.hold_back

    def sweep(self, task: Task) -> Slice:
        """Go on for a while. Of a folder only its pace is held: it is what events asked for."""
        moment = self.look()
        self._obstacle = courtesy.obstacle(moment)
        why = courtesy.waits_for(moment, task.waited_s) if task.top is None else None
        if why is not None:
            self._let_go()
            return Slice(changed=False, is_done=False, waits_for=why)
        return self._go_on(self._steps(task), task)

    def hold_back(self, root: Root) -> None:
        """Called before each open: wait until one more is no harm."""
        rate = courtesy.opens(root.quiet, _local(), self._obstacle)
        wait = self._pace.next(rate, self.clock())
        if wait:
            self.sleep(wait)

    def _steps(self, task: Task) -> Steps:
        held, self._held = self._held, None
        if held is not None and task.goes_on and held[:2] == (task.root.label, task.top):
            return held[2]
        if held is not None:
            held[2].close()
        if task.top is not None:
            return sweeping_part(self.examiner, task.root, task.top)
        is_quiet = courtesy.is_quiet(task.root.quiet, _local())
        return sweeping(self.examiner, task.root, task.asked_at, at_leisure=is_quiet)

    def _go_on(self, steps: Steps, task: Task) -> Slice:
        until = self.clock() + SLICE_S
        while self.clock() < until:
            try:
                next(steps)
            except StopIteration as end:
                return Slice(changed=bool(end.value))
        self._held = (task.root.label, task.top, steps)
        return Slice(changed=False, is_done=False)

    def _let_go(self) -> None:
        if self._held is not None:
            self._held[2].close()
            self._held = None


def _local() -> time_of_day:
    return datetime.now().astimezone().time()
