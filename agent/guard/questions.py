"""What is `inspect` asked, what has it answered, and which file keeps killing it?

The dialogue as lines of JSON, without the pipes. Files go first, in the order in which they came
to rest; a sweep is asked when no file waits, and alone.

- What was asked stays asked until it is answered: a dead `inspect` loses no question.
- Questions are answered in order, so the first unanswered one is what it died of. A file that did
  so twice is given up: it is named once more as such, and not asked of again until it changes.
- A sweep that did so three times waits its time, and its root stays dirty.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_BYTES = 32 * 1024
"""Less than a pipe holds: the guard never blocks on an inspect that does not read."""
_WINDOW = 64
_FILE_STRIKES = 2
_SWEEP_STRIKES = 3


@dataclass(slots=True)
class Question:
    """A settled file or a folder to sweep; `first`: when its first event came (time.time())."""

    label: str
    path: str
    first: float
    is_sweep: bool = False
    strikes: int = 0
    id: int = 0
    is_begun: bool = False

    @property
    def is_given_up(self) -> bool:
        """Has it killed `inspect` as often as we let it?"""
        return self.strikes >= (_SWEEP_STRIKES if self.is_sweep else _FILE_STRIKES)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said to a question; `changed`: a finding opened, closed or changed.

    `waits_for`: a sweep that was put off, and why; a sweep that goes on is done later.
    """

    question: Question
    changed: bool
    is_done: bool = True
    waits_for: str | None = None


class Questions:
    """All questions that are not answered yet; `tops` are the paths of the roots by label."""

    def __init__(self, tops: dict[str, str], wall: Callable[[], float]) -> None:
        self.tops = tops
        self._wall = wall
        self._files: deque[Question] = deque()
        self._sweeps: deque[Question] = deque()
        self._flying: deque[Question] = deque()
        self._last_id = 0

    def ask(self, question: Question) -> None:
        """Put a question at the end of its line; a sweep that waits already is not asked twice."""
        if not question.is_sweep:
            self._files.append(question)
        elif not any(_covers(waiting, question) for waiting in self._sweeps):
            self._sweeps.append(question)

    def __len__(self) -> int:
        """How many are not answered."""
        return len(self._files) + len(self._sweeps) + len(self._flying)

    @property
    def is_flying(self) -> bool:
        """Has something been asked that is not answered?"""
        return bool(self._flying)

    @property
    def is_sweeping(self) -> bool:
        """Is what was asked a sweep, which may take its time?"""
        return bool(self._flying) and self._flying[0].is_sweep

    def next_lines(self) -> bytes:
        """Take what can be asked now, as lines to be sent; empty if there is nothing."""
        if self.is_sweeping:
            return b""
        lines: list[bytes] = []
        size = sum(len(question.path) * 6 for question in self._flying)
        while self._files and len(self._flying) < _WINDOW and size < WINDOW_BYTES // 2:
            lines.append(self._send(self._files.popleft()))
            size += len(lines[-1])
        if not self._flying and self._sweeps:
            lines.append(self._send(self._sweeps.popleft()))
        return b"".join(lines)

    def _send(self, question: Question) -> bytes:
        self._last_id += 1
        question.id = self._last_id
        self._flying.append(question)
        return json.dumps(self._form(question)).encode() + b"\n"

    def _form(self, question: Question) -> dict[str, object]:
        if question.is_sweep:
            whole = question.path == self.tops.get(question.label)
            path = None if whole else question.path
            whose = {"id": question.id, "sweep": question.label, "path": path}
            asked = whose | {"at": self._wall(), "since": question.first}
            return asked | {"again": True} if question.is_begun else asked
        said: dict[str, object] = {
            "id": question.id,
            "file": question.path,
            "root": question.label,
            "at": question.first,
        }
        return said | {"gave_up": True} if question.is_given_up else said

    def answered(self, line: bytes) -> Answered | None:
        """Read one line; None for a sign of life, or for what answers nothing that was asked."""
        try:
            said = json.loads(line)
        except ValueError:
            return None
        if not isinstance(said, dict) or not isinstance(said.get("changed"), bool):
            return None
        if not self._flying or said.get("id") != self._flying[0].id:
            return None
        question = self._flying.popleft()
        if not question.is_sweep or "later" not in said:
            return Answered(question, said["changed"])
        if said["later"] is None:
            question.is_begun = True
            self._sweeps.appendleft(question)  # files go before it
        return Answered(question, said["changed"], is_done=False, waits_for=said["later"])

    def left(self) -> None:
        """`inspect` went as it may, just when it was asked: ask the next one."""
        while self._flying:
            question = self._flying.pop()
            question.is_begun = False
            (self._sweeps if question.is_sweep else self._files).appendleft(question)

    def died(self) -> Question | None:
        """`inspect` has ended in its work: put back what it owes; the first of it is to blame.

        Returns that one, if it is given up: a sweep is out of line then, a file is asked once
        more with the word that it must not be opened, and let go if even that kills.
        """
        if not self._flying:
            return None
        blamed = self._flying.popleft()
        self.left()
        blamed.is_begun = False
        was_given_up = blamed.is_given_up
        blamed.strikes += 1
        if not was_given_up and not (blamed.is_sweep and blamed.is_given_up):
            (self._sweeps if blamed.is_sweep else self._files).appendleft(blamed)
        return blamed if blamed.is_given_up else None

    def oldest(self, label: str) -> float | None:
        """The first event of the oldest question of a root that is not answered."""
        every = (*self._files, *self._sweeps, *self._flying)
        return min((q.first for q in every if q.label == label), default=None)

    def owes_sweep(self, label: str) -> bool:
        """Is a sweep in this root asked and not answered?"""
        return any(q.is_sweep and q.label == label for q in (*self._sweeps, *self._flying))


def _covers(outer: Question, inner: Question) -> bool:
    same = outer.label == inner.label and not outer.is_begun  # it may have passed by already
    return same and (inner.path == outer.path or inner.path.startswith(outer.path + "/"))
