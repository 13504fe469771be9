"""Is there an `inspect` to answer the questions, and is it still alive?

It is started when there is something to ask and leaves by itself when there is not. One that says
nothing for too long is killed, whatever it hangs in, and the next one goes on without that file.

- A killed `inspect` that does not die (a dead disk) is buried when it does; meanwhile another one
  works, as long as not too many lie about.
- One that keeps failing is started less and less often.
"""

import math
from collections.abc import Sequence

from agent.guard import children
from agent.guard.children import Child
from agent.guard.journal import say
from agent.guard.questions import Answered, Question, Questions

FILE_S = 2.0
SWEEP_S = 300.0
_START_S = 10.0
_UNBURIED = 4
_LONGEST_PAUSE_S = 60.0


class Inspection:
    """The dialogue with `inspect`. Times are of the guard's clock, in seconds."""

    def __init__(self, command: Sequence[str], questions: Questions) -> None:
        self._command = command
        self.questions = questions
        self.killed = 0
        self._child: Child | None = None
        self._has_closed = False
        self._warm_until = -math.inf
        self._unburied: list[Child] = []
        self._failures = 0
        self._not_before = -math.inf

    @property
    def pid(self) -> int | None:
        """The process that answers now."""
        return self._child.pid if self._child else None

    def fileno(self) -> int | None:
        """For a selector: where its answers come from; None while there are none to come."""
        return None if self._child is None or self._has_closed else self._child.stdout.fileno()

    def step(self, now: float) -> list[Question]:
        """Bury the dead, kill the silent, ask what can be asked; returns what was given up."""
        self._unburied = [child for child in self._unburied if child.buried() is None]
        given_up = self._look_after(self._child, now) if self._child else None
        if self._child is None and self.questions and now >= self._not_before:
            self._start(now)
        if self._child is not None:
            self._ask(self._child, now)
        return [given_up] if given_up else []

    def hear(self, now: float) -> list[Answered]:
        """Take in what has been answered."""
        if self._child is None:
            return []
        self._has_closed = not self._child.hear()
        lines = self._child.lines()
        answers = [self.questions.answered(line) for line in lines]
        if lines:
            self._failures = 0
            self._warm_until = -math.inf
        if lines or self._has_closed:
            self._child.deadline = self._patience(now)
        return [answer for answer in answers if answer is not None]

    def next_due(self) -> float:
        """When `step` has something to do, if nothing is heard until then."""
        if self._child is not None:
            is_owed = self.questions.is_flying or self._has_closed
            return self._child.deadline if is_owed else math.inf
        return self._not_before if self.questions else math.inf

    def restart(self) -> None:
        """Have a new one answer from here on: the settings that this one read have changed."""
        if self._child is not None:
            self._child.kill()
            self._unburied.append(self._child)
            self._child = None
            self.questions.left()

    def stop(self) -> None:
        """End it: it has nothing to lose, what it has answered is in its ledger."""
        for child in (*self._unburied, *([self._child] if self._child else [])):
            child.kill()
            child.buried()

    def _start(self, now: float) -> None:
        if len(self._unburied) >= _UNBURIED:
            self._not_before = now + _LONGEST_PAUSE_S
            return
        try:
            self._child = children.start("inspect", self._command, deadline=now, asked=True)
        except OSError as error:
            say("inspect could not be started", why=error.strerror)
            self._pause(now)
            return
        self._has_closed = False
        self._warm_until = now + _START_S

    def _ask(self, child: Child, now: float) -> None:
        was_flying = self.questions.is_flying
        lines = self.questions.next_lines()
        if lines:
            child.tell(lines)  # a dead one owes the answers; the next one is asked
            if not was_flying:
                child.deadline = self._patience(now)

    def _patience(self, now: float) -> float:
        """Until when a sign of life must come; the first may take as long as Python to start."""
        return max(now + (SWEEP_S if self.questions.is_sweeping else FILE_S), self._warm_until)

    def _look_after(self, child: Child, now: float) -> Question | None:
        code = child.buried()
        if code is None:
            is_owed = self.questions.is_flying or self._has_closed
            if not is_owed or now < child.deadline:
                return None
            say("inspect is silent and is killed", pid=child.pid)
            child.kill()
            self._unburied.append(child)
        self._child = None
        if code == 0:
            self.questions.left()
            return None
        say("inspect has ended in the middle of its work", code=code)
        self.killed += 1
        self._pause(now)
        return self.questions.died()

    def _pause(self, now: float) -> None:
        self._failures += 1
        self._not_before = now + min(_LONGEST_PAUSE_S, 0.1 * 2.0**self._failures)
