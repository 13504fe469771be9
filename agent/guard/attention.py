"""What has changed in the imaging folders, and has every change been inspected?

Watcher, settling and questions as one: events come in, questions go out, and at every moment it
can be said of each root whether anything in it may have been missed.

- Every event ends as a question or in a sweep. What is lost on the way is marked before anybody
  can be told that all is well.
- A root that is not watched whole (a watch refused, the folder not there, a network file system)
  is swept every 15 minutes, and every root once a day when the practice sleeps.
"""

import math
import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from agent.guard import hours
from agent.guard.inspection import Inspection
from agent.guard.journal import say
from agent.guard.questions import Answered, Question, Questions
from agent.guard.settle import Settling, Wait
from agent.guard.watch import Missed, Rest, Root, Seen, Watcher
from agent.settings import RootSetting

POLL_S = 900.0
_QUEUED = 2_000
_LATER_S = 60.0


class Standing(TypedDict):
    """What the guard says of one root in run/guard.json; times are of time.time()."""

    watched: bool
    stream_since: float | None
    oldest_pending: float | None
    dirty: bool
    sweep_waits: str | None


@dataclass(slots=True)
class Later:
    """A sweep that gives way to others: why, and when it is asked again."""

    question: Question
    why: str
    due: float

    def again(self) -> Question:
        """The same, as due as it has been all the while."""
        was = self.question
        return Question(was.label, was.path, was.first, is_sweep=True)


class Attention:
    """All imaging folders of this machine. Times are of the guard's clock, in seconds."""

    def __init__(self, watcher: Watcher, command: Sequence[str]) -> None:
        self._watcher = watcher
        self._roots: dict[str, RootSetting] = {}
        self._tops: dict[str, str] = {}
        self._settling = Settling(self._tops)
        self._sweep_at: dict[str, float] = {}
        self._unproven: set[str] = set()
        self._later: dict[str, Later] = {}
        self.inspection = Inspection(command, Questions(self._tops, time.time))
        self._heard_at = math.inf
        self.overflows = 0

    def take(self, roots: Sequence[RootSetting], network: Iterable[str], now: float) -> None:
        """Begin anew with these folders: each is watched and swept."""
        self._roots = {root.label: root for root in roots}
        self._tops.clear()
        self._tops.update((root.label, str(root.path)) for root in roots)
        self._settling.forget_but(self._roots)
        self._unproven = set(self._roots)
        self._later.clear()
        self._sweep_at = dict.fromkeys(self._roots, now)
        self.inspection.restart()
        self.look(network, now)

    def look(self, network: Iterable[str], now: float) -> None:
        """Look whether folders have come or gone, as disks do; what has come is swept.

        By a new `inspect`, because the one that runs has resolved the links of the folders.
        """
        roots = [Root(label, top) for label, top in self._tops.items()]
        changed = list(self._watcher.watch(roots, tuple(network)))
        if changed:
            self.inspection.restart()
        for seen in changed:
            self._unproven.add(seen.label)
            self._sweep_at[seen.label] = now

    def remounted(self, points: Iterable[str], now: float) -> None:
        """Something was mounted or unmounted there: folders above and below it are new."""
        for label, top in self._tops.items():
            if any(_is_within(top, point) or _is_within(point, top) for point in points):
                self._watcher.mend(label)
                self._unproven.add(label)
                self._sweep_at[label] = now

    def sweep_all(self, now: float) -> None:
        """Sweep every root soon: the machine has slept, or somebody asked."""
        self._sweep_at = dict.fromkeys(self._roots, now)

    def see(self, now: float) -> None:
        """Take in what the watcher has to tell: it has happened since we last listened."""
        since, self._heard_at = min(self._heard_at, now), now
        for seen in self._watcher.read():
            self._note(seen, now, since)

    def step(self, now: float) -> None:
        """Ask of what has come to rest, and of what is due to be swept."""
        for label, due in self._sweep_at.items():
            if due <= now:
                self._sweep_root(label, now)
        for path in [path for path, later in self._later.items() if later.due <= now]:
            self._later[path].due = math.inf  # until it is answered
            self.inspection.questions.ask(self._later[path].again())
        if len(self.inspection.questions) < _QUEUED:
            for path, wait in self._settling.to_sweep(now):
                self._ask(path, wait, now, is_sweep=True)
            for path, wait in self._settling.rested(now, _is_fresh):
                self._ask(path, wait, now, is_sweep=False)
        for question in self.inspection.step(now):
            self._given_up(question, now)

    def hear(self, now: float) -> bool:
        """Take in answers; True if the fact `imaging` has changed by them."""
        has_changed = False
        for answer in self.inspection.hear(now):
            self._put_off(answer, now)
            is_proof = answer.is_done and self._proves(answer.question)
            has_changed |= answer.changed or is_proof
        return has_changed

    def standing(self, now: float) -> dict[str, Standing]:
        """What can be said of each root at this moment."""
        return {label: self._standing(label, now) for label in self._roots}

    def is_proven(self) -> bool:
        """Has every root been swept since it was taken, or lost from sight?"""
        return not self._unproven

    def next_due(self) -> float:
        """When `step` has something to do, if nothing is seen or heard until then."""
        sweep = min(self._sweep_at.values(), default=math.inf)
        later = min((one.due for one in self._later.values()), default=math.inf)
        return min(self._settling.next_due(), sweep, later, self.inspection.next_due())

    def _note(self, seen: Seen, now: float, since: float) -> None:
        if isinstance(seen, Missed):
            if seen.overflow:
                self.overflows += 1
                self._unproven.add(seen.label)
            self._settling.missed(seen.label, seen.path, now, since)
        else:
            self._settling.touched(seen.label, seen.path, seen.rest, now, since)

    def _sweep_root(self, label: str, now: float) -> None:
        if self._watcher.whole_since(label) is None:
            self._watcher.mend(label)
        self._ask(self._tops[label], Wait(label, now, now), now, is_sweep=True)
        quiet = hours.until_quiet(
            self._roots[label].quiet, datetime.now().astimezone(), random.random
        ).total_seconds()
        is_whole = self._watcher.whole_since(label) is not None
        self._sweep_at[label] = now + (quiet if is_whole else min(quiet, POLL_S))

    def _ask(self, path: str, wait: Wait, now: float, *, is_sweep: bool) -> None:
        first = time.time() - (now - wait.first)
        self.inspection.questions.ask(Question(wait.label, path, first, is_sweep))

    def _put_off(self, answer: Answered, now: float) -> None:
        """Remember a sweep that gives way to others, and ask again; forget one that was done."""
        question, why = answer.question, answer.waits_for
        before = self._later.get(question.path)
        if why is None:
            if answer.is_done and question.is_sweep:
                self._later.pop(question.path, None)
            return
        if before is None or before.why != why:
            say("a sweep waits", root=question.label, why=why)
        first = min(question.first, before.question.first) if before else question.first
        question.first = first
        self._later[question.path] = Later(question, why, now + _LATER_S)

    def _given_up(self, question: Question, now: float) -> None:
        what = "a sweep" if question.is_sweep else "a file"
        say(f"{what} has killed inspect again and again", root=question.label)
        self._later.pop(question.path, None)
        if question.is_sweep:
            self._settling.postpone(question.label, question.path, now, now + POLL_S)

    def _proves(self, question: Question) -> bool:
        """Is this the sweep that makes a root known again?"""
        label = question.label
        is_whole_root = question.is_sweep and question.path == self._tops.get(label)
        if not is_whole_root or label not in self._unproven:
            return False
        self._unproven.discard(label)
        return True

    def _standing(self, label: str, now: float) -> Standing:
        since = self._watcher.whole_since(label)
        questions = self.inspection.questions
        settling = self._settling.oldest(label)
        laters = [later for later in self._later.values() if later.question.label == label]
        waits = [
            questions.oldest(label),
            None if settling is None else time.time() - (now - settling),
            *(later.question.first for later in laters),
        ]
        return Standing(
            watched=since is not None,
            stream_since=since,
            oldest_pending=min((wait for wait in waits if wait is not None), default=None),
            dirty=bool(laters) or self._settling.owes_sweep(label) or questions.owes_sweep(label),
            sweep_waits=next((later.why for later in laters), None),
        )


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _is_fresh(path: str) -> bool:
    """Has a file changed within the shortest rest? On POSIX ctime tells, which nobody can set."""
    try:
        found = Path(path).lstat()
    except OSError:
        return False
    changed = found.st_mtime if sys.platform == "win32" else found.st_ctime
    return 0 <= time.time() - changed < Rest.CLOSED.value
