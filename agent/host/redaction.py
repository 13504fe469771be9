"""What may stand in a recording that somebody else will read?

Names of people and of the machine, serial numbers, addresses, and names below homes and imaging
folders are replaced, each by the same stand-in wherever it stands, so that the recording still
answers as the machine did. What is secret, or nobody's business, is cut.

- Of Windows and macOS only what is declared is kept (agent/host/kept): a text of which nobody said
  what it is, is replaced.
- Of Linux, texts are kept as texts (agent/host/kept/linux.py).
"""

import posixpath
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from agent.host.base import Entry, Key, Ran, Stat
from agent.host.cuts import cut
from agent.host.kept import files, linux, paths, programs, registry
from agent.host.kept.forms import Form
from agent.host.kept.kinds import DEVICE, PATH, USER, Kind
from agent.host.kept.linux import LEARNT
from agent.host.kept.standins import StandIns, nobody
from agent.host.programs import PROGRAMS, Program
from agent.host.recording import Answer, Call
from rules.facts.host import Os


def redact(
    os: Os,
    calls: Mapping[Call, Answer],
    roots: tuple[str, ...] = (),
    is_generic: Callable[[str], bool] = nobody,
) -> tuple[dict[Call, Answer], int]:
    """The calls as they may be shared, and how many different things were replaced in them.

    `roots` are imaging folders; `is_generic` tells names of desks, which stay such.
    """
    names = StandIns(folds=os != "linux", is_generic=is_generic)
    clean = _OnLinux(names) if os == "linux" else _Declared(names)
    clean.prepare(calls, roots)
    shorter = {call: cut(call, answer) for call, answer in calls.items()}
    for call, answer in shorter.items():
        clean.answer(call, answer)
    for call in shorter:
        clean.call(call)
    names.settled = True
    redacted = {clean.call(call): clean.answer(call, answer) for call, answer in shorter.items()}
    return redacted, names.count()


@dataclass(frozen=True, slots=True)
class _Clean(ABC):
    """Replaces names in calls and answers; what differs between systems is below."""

    names: StandIns

    @abstractmethod
    def prepare(self, calls: Mapping[Call, Answer], roots: tuple[str, ...]) -> None:
        """Learn what has to be known before anything else is looked at."""

    @abstractmethod
    def path(self, path: str) -> str:
        """A path as it is called in the recording."""

    def asked(self, path: str) -> str:
        """The path of a question."""
        return self.path(path)

    @abstractmethod
    def word(self, arg: str) -> str:
        """An argument of a program that its table leaves open."""

    @abstractmethod
    def form(self, call: Call) -> Form:
        """How the answer of a program or file holds its texts."""

    def call(self, call: Call) -> Call:
        """The question, as the recording has it."""
        if call.op == "registry":
            return replace(call, subject=registry.place(call.subject, self.names))
        if call.op != "run":
            return replace(call, subject=self.asked(call.subject))
        if call.subject == "probe":
            return call
        form = PROGRAMS[Program(call.subject)].form(call.args)
        words = zip(form, call.args, strict=True)
        args = (arg if isinstance(word, str) else self.word(arg) for word, arg in words)
        return replace(call, args=tuple(args))

    def answer(self, call: Call, answer: Answer) -> Answer:
        """The answer, as the recording has it."""
        match answer:
            case bytes():
                return self.form(call).kept(answer, self.names)
            case Ran():
                form = self.form(call)
                out, err = (form.kept(data, self.names) for data in (answer.out, answer.err))
                return replace(answer, out=out, err=err)
            case Stat():
                return replace(answer, link=None if answer.link is None else self.path(answer.link))
            case Key():
                return registry.kept(call.subject, answer, self.names)
            case tuple():
                return tuple(self.entries(call.subject, answer))
        return answer

    @abstractmethod
    def entries(self, folder: str, entries: tuple[Entry, ...]) -> Iterator[Entry]:
        """Names that a folder holds, as they are in their paths."""


class _Declared(_Clean):
    """Windows and macOS: what is declared."""

    def prepare(self, calls: Mapping[Call, Answer], roots: tuple[str, ...]) -> None:
        pass

    def path(self, path: str) -> str:
        return PATH.kept(path, self.names)

    def asked(self, path: str) -> str:
        return paths.asked(path, self.names)

    def word(self, arg: str) -> str:
        """A number or device stays, a path is cleaned, any other word is an account's name."""
        if not any(map(str.isalpha, arg)) or re.fullmatch(DEVICE.pattern, arg):
            return arg
        kind: Kind = PATH if "/" in arg or "\\" in arg else USER
        return kind.kept(arg, self.names)

    def form(self, call: Call) -> Form:
        if call.op == "run":
            return programs.form(call.subject, call.args)
        return files.form(call.subject)

    def entries(self, folder: str, entries: tuple[Entry, ...]) -> Iterator[Entry]:
        for entry in entries:
            yield Entry(paths.entry(folder, entry.name, self.names), entry.kind)


class _OnLinux(_Clean):
    """Linux: texts in which what is known is replaced."""

    def prepare(self, calls: Mapping[Call, Answer], roots: tuple[str, ...]) -> None:
        for root in roots:
            self.names.learn("/imaging", root)
        for call, answer in calls.items():
            if isinstance(answer, bytes):
                for noun, value in linux.said(call.subject, answer):
                    self.names.learn(noun, value)
        self.names.settled = True
        self.names.stores = tuple(self.names.known(path) for path in _stores(calls))

    def path(self, path: str) -> str:
        return LEARNT.text(path, self.names)

    def word(self, arg: str) -> str:
        return self.path(arg)

    def form(self, call: Call) -> Form:
        if call.op == "run":
            return programs.form(call.subject, call.args)
        return linux.SETTINGS if call.subject.startswith("/etc/") else LEARNT

    def entries(self, folder: str, entries: tuple[Entry, ...]) -> Iterator[Entry]:
        """As everywhere, but that of an imaging folder goes: it is elsewhere now."""
        known = [e for e in entries if posixpath.join(folder, e.name) not in self.names.learnt]
        for entry in known:
            path = posixpath.join(folder, entry.name)
            inside = self.path(path).rpartition("/")[2]
            alone = self.path(entry.name)
            yield Entry(alone if inside == entry.name else inside, entry.kind)


def _stores(calls: Mapping[Call, Answer]) -> Iterator[str]:
    """Folders with the names of a backup repository in them: what they hold is named by numbers."""
    for call, answer in calls.items():
        if call.op == "list" and isinstance(answer, tuple):
            names = {entry.name for entry in answer}
            if names >= {"config", "data"} and names & {"snapshots", "README"}:
                yield call.subject
