"""A machine as it was recorded, and the recorder.

A call that is not in the recording is an error of the test, never an absent file: `NotRecorded`
is none of the errors that a collector may catch. Where recordings of visits are judged it may be
one of another release instead, and such a call is unread for the reason `unrecorded`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from agent.host import recording
from agent.host.base import Absent, Entry, Host, HostError, HostFault, Key, Ran, Stat
from agent.host.kept.registry import Looks, Watched
from agent.host.programs import Program
from agent.host.recording import Answer, Call, Header
from rules.facts.base import Why
from rules.facts.host import Os

T = TypeVar("T")
Kept = TypeVar("Kept", Ran, bytes, tuple[Entry, ...], Stat, Key)


class NotRecorded(LookupError):
    """The recording does not have this call: it is of another version, or another system."""


@dataclass(frozen=True, slots=True)
class RecordedHost:
    """Answers as recorded, and in no other way."""

    header: Header
    calls: dict[Call, Answer]
    unrecorded: Why | None = None

    @classmethod
    def load(cls, path: Path) -> "RecordedHost":
        """OSError if the file cannot be read, `NotARecording` if it is none."""
        try:
            return cls(*recording.read(path.read_text(encoding="utf-8")))
        except UnicodeDecodeError as error:
            raise recording.NotARecording("it is not UTF-8 text") from error

    @property
    def os(self) -> Os:
        """The family of the recorded system."""
        return self.header.os

    @property
    def elevated(self) -> bool:
        """Was it asked as root, or as Administrator?"""
        return self.header.elevated

    @property
    def taken_at(self) -> datetime:
        """When it was recorded."""
        return self.header.taken_at

    def run(self, program: Program, *args: str) -> Ran:
        """What the program left behind."""
        return self._answer(Call("run", program, args), Ran)

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """The bytes that were read."""
        return self._answer(_span(path, limit, offset, whole=whole), bytes)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """The names that were there."""
        return self._answer(Call("list", path, (str(limit),)), tuple)

    def stat(self, path: str) -> Stat:
        """What the file system said."""
        return self._answer(Call("stat", path), Stat)

    def registry(self, key: str) -> Key | None:
        """The key, or that there was none."""
        try:
            return self._answer(Call("registry", key), Key)
        except Absent:
            return None

    def _answer(self, call: Call, kind: type[T]) -> T:
        if call not in self.calls and self.unrecorded is not None:
            raise HostError(self.unrecorded, f"{call.op} {call.subject} was not recorded")
        if call not in self.calls:
            raise NotRecorded(" ".join((call.op, call.subject, *call.args)))
        answer = self.calls[call]
        if isinstance(answer, HostError):
            raise HostError(answer.why, answer.detail)
        if isinstance(answer, HostFault):
            raise Absent(call.subject)
        if not isinstance(answer, kind) and self.unrecorded is not None:
            raise HostError(Why.PARSE_ERROR, f"{call.op} {call.subject} has an odd answer")
        if not isinstance(answer, kind):
            raise NotRecorded(f"{call.op} {call.subject} has an answer of another kind")
        return answer


@dataclass(slots=True)
class Recorder:
    """A host that keeps each call to another one, with its answer.

    Of the registry it also notes at which values of a key somebody has looked.
    """

    host: Host
    calls: dict[Call, Answer] = field(default_factory=dict)
    looks: defaultdict[str, Looks] = field(default_factory=lambda: defaultdict(Looks))

    @property
    def os(self) -> Os:
        """Of the host behind."""
        return self.host.os

    @property
    def elevated(self) -> bool:
        """Of the host behind."""
        return self.host.elevated

    def run(self, program: Program, *args: str) -> Ran:
        """Run, and keep what came of it."""
        return self._kept(Call("run", program, args), lambda: self.host.run(program, *args))

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """Read, and keep the bytes."""
        call = _span(path, limit, offset, whole=whole)
        return self._kept(call, lambda: self.host.read(path, limit, offset, whole=whole))

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """List, and keep the names."""
        call = Call("list", path, (str(limit),))
        return self._kept(call, lambda: self.host.list(path, limit))

    def stat(self, path: str) -> Stat:
        """Look, and keep what was seen."""
        return self._kept(Call("stat", path), lambda: self.host.stat(path))

    def registry(self, key: str) -> Key | None:
        """Ask, and keep the key, or that there is none."""
        try:
            return self._kept(Call("registry", key), lambda: self._there(key))
        except Absent:
            return None

    def _there(self, key: str) -> Key:
        found = self.host.registry(key)
        if found is None:
            raise Absent(key)
        return replace(found, values=Watched(found.values, self.looks[key]))

    def _kept(self, call: Call, ask: Callable[[], Kept]) -> Kept:
        try:
            answer = ask()
        except HostFault as fault:
            self.calls[call] = fault
            raise
        self.calls[call] = answer
        return answer


def _span(path: str, limit: int, offset: int, *, whole: bool) -> Call:
    return Call("read", path, (str(offset), str(limit), "whole" if whole else "prefix"))
