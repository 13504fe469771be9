"""The resident process: one thread that sleeps until something happens.

It waits for the watcher, for answers of `inspect` and for signals, until the next thing is due;
an idle guard wakes four times a minute.

- A step that fails is named in the journal and tried again. The guard ends when it is told to.
- What it writes of the roots is true as of a moment before it last listened to the watcher.
"""

import math
import select
import sys
import time
from collections.abc import Callable, Sequence

from agent import settings
from agent.errors import AgentError, SettingsError
from agent.guard import clock, mounts, state
from agent.guard.attention import Attention
from agent.guard.bell import Bell
from agent.guard.journal import say
from agent.guard.notify import notify
from agent.guard.rounds import Rounds
from agent.guard.schedule import Wish
from agent.guard.watch import Watcher
from agent.paths import Home

_TICK_S = 15.0
_FIRST_S = 30.0
"""How long the first patrol waits for the first sweeps: it is not to say that nothing is known of
the imaging folders, when in a moment all will be as it was before."""
_LOOK_S = 0.25 if sys.platform == "win32" else _TICK_S
"""How long at most between two looks at the errands: only POSIX tells when one has ended."""


class Guard:
    """Keeps one home until it is told to stop; the caller holds the home's lock."""

    def __init__(
        self, home: Home, program: Sequence[str], watcher: Watcher, *, network: bool
    ) -> None:
        self.tick_s = _TICK_S
        self._home = home
        self._watcher = watcher
        self._attention = Attention(watcher, [*program, "--home", str(home.root), "inspect"])
        self._rounds = Rounds(home, program, network=network)
        self._record = state.Record(home)
        self._sleep = clock.Sleep()
        self._mounts = mounts.read()
        self._settings_at: float | None = None
        self._tick_at = -math.inf
        self._as_of = 0.0
        self._is_new = True
        self._killed = 0
        self._overflows = 0

    def run(self, bell: Bell) -> None:
        """Guard until the bell asks to stop; SettingsError if settings cannot be used at all."""
        self._obey(settings.load(self._home), clock.now())
        self._rounds.events.update(self._record.past())
        self._rounds.patrol_hours.want(Wish(cause="start"))
        self._rounds.patrol_hours.hold(clock.now() + _FIRST_S)
        notify("READY=1")
        say("the guard has started")
        while not bell.must_stop:
            _try("wait", lambda: self._wait(bell))
            _try("watch", self._see)
            _try("look", self._look)
            _try("inspect", self._inspect)
            _try("state", self._tell)
            _try("errands", self._send)
        self._end(bell)

    def _see(self) -> None:
        as_of = time.time()
        self._attention.see(clock.now())
        self._as_of = as_of

    def _wait(self, bell: Bell) -> None:
        due = min(
            self._tick_at, self._attention.next_due(), self._rounds.next_due(), self._record.due_at
        )
        seconds = min(max(0.0, due - clock.now()), _TICK_S, _LOOK_S if self._is_busy() else _TICK_S)
        answers = self._attention.inspection.fileno()
        heard = [self._watcher.fileno(), bell.fileno()]
        if answers is not None and sys.platform != "win32":
            heard.append(answers)
        select.select(heard, [], [], seconds)
        bell.quiet()

    def _is_busy(self) -> bool:
        return bool(self._rounds.running) or self._attention.inspection.pid is not None

    def _look(self) -> None:
        """Four times a minute: has anything changed that nobody tells of?"""
        now = clock.now()
        if now < self._tick_at:
            return
        self._tick_at = now + self.tick_s
        notify("WATCHDOG=1")
        self._look_at_settings(now)
        self._look_at_mounts(now)
        self._rounds.look(now)
        if self._sleep.is_over():
            say("the machine has slept")
            self._attention.sweep_all(now)
            self._rounds.patrol_hours.want(Wish())

    def _look_at_settings(self, now: float) -> None:
        if _changed_at(self._home) == self._settings_at:
            return
        try:
            decided = settings.load(self._home)
        except SettingsError as error:
            self._settings_at = _changed_at(self._home)
            say("the settings cannot be used; those from before stay in force", code=error.code)
            return
        self._obey(decided, now)
        self._rounds.events["settings_changed"] += 1
        self._rounds.patrol_hours.want(Wish())

    def _obey(self, decided: settings.Settings, now: float) -> None:
        self._settings_at = _changed_at(self._home)
        self._rounds.patrol_hours.every = decided.patrol_every.total_seconds()
        self._rounds.courier_hours.every = decided.sync_every.total_seconds()
        every = decided.visit_every.total_seconds() if decided.hosts else math.inf
        self._rounds.visit_hours.decided(every, now)
        self._attention.take(decided.roots, self._mounts.network, now)

    def _look_at_mounts(self, now: float) -> None:
        before, self._mounts = self._mounts, mounts.read()
        moved = mounts.moved(before, self._mounts)
        if moved:
            self._attention.remounted(moved, now)
            self._rounds.patrol_hours.want(Wish(frozenset({"volumes", "usb_storage", "users"})))
        self._attention.look(self._mounts.network, now)

    def _inspect(self) -> None:
        now = clock.now()
        if self._attention.hear(now):
            self._rounds.patrol_hours.want(Wish(frozenset({"imaging"})))
        if self._is_new and self._attention.is_proven():
            self._is_new = False
            self._rounds.patrol_hours.hold(now)
        self._attention.step(now)
        killed, overflows = self._attention.inspection.killed, self._attention.overflows
        self._rounds.events["errand_killed"] += killed - self._killed
        self._rounds.events["watch_overflow"] += overflows - self._overflows
        self._killed, self._overflows = killed, overflows

    def _tell(self) -> None:
        now = clock.now()
        if self._record.is_fresh(now) and not self._rounds.is_due(now):
            return  # in a burst of events this is asked a thousand times a second
        errands = {child.name: child.pid for child in self._rounds.running}
        roots = self._attention.standing(now)
        self._record.told(self._rounds.events["agent_crashed"])
        self._record.keep(roots, errands, self._as_of, at_once=self._rounds.is_due(now))

    def _send(self) -> None:
        self._rounds.step(clock.now())
        if self._rounds.wants_sweep:
            self._rounds.wants_sweep = False
            self._attention.sweep_all(clock.now())

    def _end(self, bell: Bell) -> None:
        notify("STOPPING=1")
        self._rounds.stop()
        self._attention.inspection.stop()
        self._watcher.close()
        self._record.close(time.time())
        bell.close()
        say("the guard has stopped")


def _changed_at(home: Home) -> float | None:
    try:
        return home.settings.stat().st_mtime
    except OSError:
        return None


def _try(name: str, act: Callable[[], None]) -> None:
    """Do one step. Of an error only the kind is told: its text may hold a patient's path."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - the guard must outlive any fault of a step
        code = error.code if isinstance(error, AgentError) else getattr(error, "errno", None)
        say(f"the step {name!r} failed and is tried again", kind=type(error).__name__, code=code)
        time.sleep(1.0)
