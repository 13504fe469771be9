"""A machine as far as it has been fetched, and what it was asked besides.

- A path that was not fetched is `Absent` where that is proven: a whole listing of the folder
  above, or of one further up, does not have its name. Otherwise it is a question for the next
  round, and until then unread.
- Once the last round is over, what is still open is unread for good, and says why.
"""

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from agent.host.base import Absent, Entry, HostError, HostFault, Key, Kind, Ran, Stat
from agent.host.programs import PROGRAMS, Program
from agent.host.recording import Call
from agent.host.ssh import reading
from agent.host.ssh.script import handed
from agent.host.ssh.sections import Section
from rules.facts.base import Why
from rules.facts.host import Os

T = TypeVar("T")

MOST = 5_000
"""Questions of one round: a machine that gives rise to more does so on purpose."""


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What was read from an offset on; `whole` to the end of the file."""

    data: bytes
    whole: bool


@dataclass(slots=True)
class Snapshot:
    """A `Host` of what the rounds have brought; any thread may ask."""

    elevated: bool = False
    os: Os = "linux"
    missing: dict[Call, None] = field(default_factory=dict)
    _files: dict[tuple[str, int], _Bytes | HostFault] = field(default_factory=dict)
    _folders: dict[str, tuple[Entry, ...] | HostFault] = field(default_factory=dict)
    _cut: dict[str, int] = field(default_factory=dict)
    _stats: dict[str, Stat | HostFault] = field(default_factory=dict)
    _runs: dict[tuple[str, tuple[str, ...]], Ran | HostFault] = field(default_factory=dict)
    _unread: dict[Call, HostFault] = field(default_factory=dict)
    _over: HostError | None = None

    def learn(self, sections: Iterable[Section], calls: Sequence[Call]) -> bool:
        """Take in a round, asked with `calls`; did the script come to its end?"""
        ended = False
        for section in sections:
            match section.op:
                case "about":
                    self._about(section)
                case "end":
                    ended = section.body is not None
                case "read" | "list" | "stat" | "stats" | "run":
                    self._learn(section, calls)
        self._let_go()
        return ended

    def close(self, calls: Iterable[Call], why: Why) -> None:
        """What was asked for and has not come is unread: for this reason, from now on."""
        for call in calls:
            self._unread[call] = HostError(why, f"{call.op} {call.subject}: no answer came")

    def end(self, why: Why, detail: str = "") -> None:
        """No more rounds: whatever else is asked is unread."""
        self._over = HostError(why, detail)

    def _about(self, section: Section) -> None:
        uid, _, system = (section.body or b"").partition(b" ")
        self.elevated = uid == b"0"
        if system != b"Linux":
            self.end(Why.UNSUPPORTED_OS, "only Linux is asked over SSH")

    def _learn(self, section: Section, calls: Sequence[Call]) -> None:
        path, numbers = section.path, section.numbers
        match section.op, numbers:
            case "read", (offset, limit):
                got = reading.data(section)
                whole = not isinstance(got, bytes) or len(got) <= limit
                self._files[path, offset] = _Bytes(got, whole) if isinstance(got, bytes) else got
            case "list", (limit,):
                self._list(path, reading.entries(section), limit)
            case "stat", ():
                self._stats[path] = reading.look(section)
            case "stats", ():
                self._looks(section)
            case "run", (number,) if number < len(calls) and calls[number].op == "run":
                call = calls[number]
                limit = PROGRAMS[Program(call.subject)].limit
                self._runs[call.subject, call.args] = reading.ran(section, limit)

    def _list(self, path: str, got: tuple[Entry, ...] | HostFault, limit: int) -> None:
        self._cut.pop(path, None)
        if isinstance(got, tuple) and len(got) > limit:
            self._cut[path] = limit
        self._folders[path] = got

    def _looks(self, section: Section) -> None:
        stats, whole = reading.looks(section)
        refused = Why.ACCESS_DENIED if self.elevated else Why.NOT_ELEVATED
        for path, stat in stats.items():
            self._stats[path] = stat or HostError(refused, path)
        if whole and section.path not in self._folders:
            kinds = ((path, stat.kind if stat else "link") for path, stat in stats.items())
            found = (Entry(posixpath.basename(path), _plain(kind)) for path, kind in kinds)
            self._folders[section.path] = tuple(sorted(found, key=lambda entry: entry.name))

    def _let_go(self) -> None:
        """A process that ended between two questions of a round was not there."""
        listing = self._folders.get("/proc")
        if isinstance(listing, tuple):
            self._folders["/proc"] = tuple(
                entry
                for entry in listing
                if not entry.name.isdecimal() or (f"/proc/{entry.name}/comm", 0) in self._files
            )

    def run(self, program: Program, *args: str) -> Ran:
        """What the program left behind."""
        call = Call("run", program, args)
        PROGRAMS[program].form(args)
        if "linux" not in PROGRAMS[program].paths:
            raise HostError(Why.TOOL_MISSING, f"{program} is no program of Linux")
        if handed(call):
            raise HostError(Why.NOT_LOCAL, f"{program} would read a file: none is written there")
        if (program, args) in self._runs:
            return _told(self._runs[program, args], call)
        raise self._open(call)

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """The bytes of a file."""
        call = Call("read", path, (str(offset), str(limit), "whole" if whole else "prefix"))
        known = self._files.get((path, offset))
        if isinstance(known, _Bytes):
            if len(known.data) > limit:
                if whole:
                    raise HostError(Why.TOO_LARGE, f"{path} holds more than {limit} bytes")
                return known.data[:limit]
            if known.whole:
                return known.data
        elif known is not None:
            raise _again(known, call)
        raise self._open(call)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """The names in a folder, sorted."""
        call = Call("list", path, (str(limit),))
        if path in self._folders and limit <= self._cut.get(path, limit):
            entries = _told(self._folders[path], call)
            if len(entries) > limit:
                raise HostError(Why.TOO_LARGE, f"{path} holds more than {limit} names")
            return entries
        raise self._open(call)

    def stat(self, path: str) -> Stat:
        """Of the name itself."""
        call = Call("stat", path)
        if path in self._stats:
            return _told(self._stats[path], call)
        raise self._open(call)

    def registry(self, key: str) -> Key | None:
        """There is none on Linux."""
        raise HostError(Why.UNSUPPORTED_OS, f"no registry, so no {key}")

    def _open(self, call: Call) -> HostFault:
        """What to say of what was not fetched; it is noted for the next round."""
        if call.op != "run":
            if not call.subject.startswith("/") or "\0" in call.subject:
                return HostError(Why.PARSE_ERROR, f"no absolute path: {call.subject[:80]!r}")
            if self._is_proven_absent(call.subject):
                return Absent(call.subject)
        if call in self._unread:
            return _again(self._unread[call], call)
        if self._over is not None:
            return _again(self._over, call)
        if len(self.missing) < MOST:
            self.missing[call] = None
        return HostError(Why.TIMEOUT, f"{call.op} {call.subject}: not fetched by the last round")

    def _is_proven_absent(self, path: str) -> bool:
        name = path
        while name != "/" and (parent := posixpath.dirname(name)):
            listing = self._folders.get(parent)
            if isinstance(listing, tuple) and parent not in self._cut:
                wanted = posixpath.basename(name)
                return wanted not in (".", "..", "") and not any(
                    entry.name == wanted for entry in listing
                )
            if isinstance(listing, Absent) or isinstance(self._stats.get(parent), Absent):
                return True
            name = parent
        return False


def _plain(kind: Kind) -> Kind:
    """The kind of an entry: a folder's names do not tell disks from other devices."""
    return "other" if kind == "block" else kind


def _told(answer: T | HostFault, call: Call) -> T:
    if isinstance(answer, HostFault):
        raise _again(answer, call)
    return answer


def _again(known: HostFault, call: Call) -> HostFault:
    """The same fault as an exception of its own: threads must not share a traceback."""
    if isinstance(known, HostError):
        return HostError(known.why, known.detail)
    return Absent(call.subject)
