"""A name planted in each text of each answer of each machine stands in no recording of it.

Not in the calls as collectors see them, but in all that a machine answers: also values that nobody
looks at, fields that nobody asks for, and lines that no parser knows. Each text gets a name of its
own, so that a name that is known in one place hides no leak in another.
"""

import base64
import json
import plistlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from agent.host.base import Entry, Key, Ran, Stat
from agent.host.kept import files, forms, kinds, linux, paths, programs, registry
from agent.host.kept.forms import Fields
from agent.host.kept.kinds import Open
from agent.host.kept.registry import SUBKEYS, VALUES, Watched
from agent.host.programs import Program
from agent.host.recording import Answer, Call, Header, write
from agent.host.redaction import redact
from agent.readers import plist
from agent.readers.errors import ParseError
from tests.agent.facts.clinic import NOW
from tests.agent.facts.test_no_failure_passes import MACHINES, made
from tests.agent.host.kept.machines import recorded

DECLARED = [name for name in MACHINES if made(name).host.os != "linux"]
CANARY = "Zwetschkenbäum"


class Planter:
    """Plants names; `planted` are those that must not be found."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.planted: list[str] = []

    def name(self) -> str:
        self.planted.append(f"{CANARY}{next(self.numbers):04}Anna")
        return self.planted[-1]

    def answer(self, call: Call, answer: Answer) -> Answer:
        match answer:
            case Key():
                return self.key(call.subject, answer)
            case Ran():
                form = programs.form(call.subject, call.args)
                return replace(
                    answer, out=self.data(answer.out, form), err=self.data(answer.err, form)
                )
            case bytes():
                return self.data(answer, files.form(call.subject))
            case Stat():
                link = None if answer.link is None else f"{answer.link}/{self.name()}"
                return replace(answer, link=link)
            case tuple():
                if call.subject.endswith(("/LaunchDaemons", "/LaunchAgents")):
                    return answer  # their names are told openly, as services
                more = (Entry(self.name(), "file"), Entry(f"{self.name()}.plist", "file"))
                return (*answer, *more)
        return answer

    def key(self, path: str, key: Key) -> Key:
        """Also a value that nobody asked for."""
        values = key.values
        assert isinstance(values, Watched)
        planted = {name: self.value(name, value) for name, value in values.held.items()}
        planted |= {self.name(): ("sz", self.name()), "Owner": ("sz", self.name())}
        planted["Note"] = ("binary", self.name().encode("utf-16-le"))
        is_open = isinstance(SUBKEYS.get(registry.general(path)), Open)
        more = () if is_open else (self.name(),)
        return Key(Watched(planted, values.looks), (*key.subkeys, *more), key.written_at)

    def value(self, name: str, value: tuple[str, Any]) -> tuple[str, Any]:
        kind, data = value
        if isinstance(VALUES.get(name.lower()), Open):
            return value
        match data:
            case str() | int() if data:
                return "sz", self.name()
            case tuple():
                return kind, tuple(self.name() for _ in data)
            case bytes():
                return kind, self.name().encode("utf-16-le")
        return value

    def data(self, data: bytes, form: forms.Form) -> bytes:
        if isinstance(form, forms.Keyed) and data:
            records = json.loads(data) | {self.name(): {"path": f"/Users/{self.name()}"}}
            return json.dumps(
                self.inside({self.name(): v for v in records.values()}, form.inner, "")
            ).encode()
        if isinstance(form, forms.After):
            return self.data(data.partition(b"\n")[2], form._form)
        if form is programs.OUTPUTS[Program.PS]:  # what runs is told openly
            return data + f"/Users/{self.name()}/Downloads/{self.name()}\n".encode()
        if not isinstance(form, Fields):
            return data + f"\n{self.name()}: x {self.name()}\n".encode() if data else data
        for read, dump in (
            (json.loads, lambda value: json.dumps(value).encode()),
            (plist.parse, plistlib.dumps),
            (plist.parse_list, lambda value: plistlib.dumps(value, fmt=plistlib.FMT_BINARY)),
        ):
            try:
                return dump(self.inside(read(data), form, ""))
            except (ValueError, ParseError):
                continue
        return self.name().encode()

    def inside(self, value: Any, form: Fields, field: str) -> Any:
        match value:
            case dict():
                inner = {key: self.inside(one, form, key) for key, one in value.items()}
                return inner | {self.name(): self.name(), "comment": self.name()}
            case list():
                return [self.inside(one, form, field) for one in value]
            case str():
                return value if isinstance(form.kinds.get(field), Open) else self.name()
            case bytes():
                return self.name().encode()
        return value


def spellings(name: str) -> set[bytes]:
    """Text, JSON, UTF-16, percent, hex, and base64 wherever it begins."""
    found: set[bytes] = set()
    for text in {name, name.lower(), json.dumps(name)[1:-1]}:
        for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
            found |= {base64.b64encode(b"\0" * lead + raw)[4:-4] for lead in range(3)}
        found.add(quote(text, safe="").encode())
    return found


def planted(machine: str) -> tuple[str, dict[Call, Answer], list[str]]:
    recorder, _ = recorded(machine)
    planter = Planter()
    calls = {call: planter.answer(call, said) for call, said in recorder.calls.items()}
    assert len(planter.planted) > len(calls)
    return recorder.os, calls, planter.planted


def leaks(machine: str, clean: Callable[..., Any] = redact) -> Iterator[str]:
    system, calls, names = planted(machine)
    kept, _ = clean(system, calls)
    text = write(Header(system, elevated=True, taken_at=NOW), kept).encode().lower()
    for name in names:
        if any(spelling.lower() in text for spelling in spellings(name)):
            yield name


@pytest.mark.threat("telling-recording")
@pytest.mark.parametrize("machine", DECLARED)
def test_a_name_planted_in_any_text_is_in_no_recording(machine) -> None:
    assert list(leaks(machine)) == []


@pytest.mark.parametrize("machine", DECLARED)
def test_without_cleaning_the_same_names_are_found(machine) -> None:
    _, calls, names = planted(machine)
    assert len(list(leaks(machine, lambda _, calls: (calls, 0)))) > len(calls) // 4
    assert names


def as_it_is(self: Any, text: str, names: Any) -> str:
    return text


GUARDS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a text of which nobody said what it is": (
        "FRONT-1",
        lambda patch: patch.setattr(kinds.Plain, "kept", as_it_is),
    ),
    "a text that must have a form": (
        "FRONT-1",
        lambda patch: patch.setattr(kinds.Like, "kept", as_it_is),
    ),
    "a name": ("FRONT-MAC", lambda patch: patch.setattr(kinds.Named, "kept", as_it_is)),
    "a path": ("SCAN-MAC", lambda patch: patch.setattr(paths, "_one", lambda name, *_: name)),
    "words of a tool": (
        "FRONT-MAC",
        lambda patch: patch.setattr(forms.Words, "_one", lambda _, word, names: word),
    ),
    "a field that is not declared": (
        "FRONT-MAC",
        lambda patch: patch.setattr(Fields, "kept", lambda _, data, names: data),
    ),
    "a value that nobody looked at": (
        "HYG-2",
        lambda patch: patch.setattr(
            Watched, "seen", lambda self: {**self.held, "Owner": ("dword", self.held["Owner"][1])}
        ),
    ),
    "a file that is not declared": (
        "FRONT-MAC",
        lambda patch: patch.setattr(files, "form", lambda path: linux.LEARNT),
    ),
}


@pytest.mark.threat("telling-recording")
@pytest.mark.parametrize("guard", GUARDS)
def test_with_one_guard_less_a_name_is_found(guard, monkeypatch) -> None:
    machine, remove = GUARDS[guard]
    remove(monkeypatch)
    assert list(leaks(machine))
