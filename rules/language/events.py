"""How does YAML become values that know their place, whatever is thrown at it?

The second and third step. The parser's events are counted as they come, and a stack of our own
builds from them: nothing recurses, so 100,000 brackets cost a millisecond and not the process.
No anchor, alias, tag, merge key or complex key; one document a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from rules.compiled import limits
from rules.errors import Place, Problem
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.source import Source

_TAG_HELP = "write `not` for !, and put quotes around text that begins with & * !"


class _Mark(Protocol):
    line: int
    column: int


class _Stopped(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class _Open:
    """A mapping or a list whose end has not come yet."""

    start: yaml.Event
    parts: list[Value] = field(default_factory=list)


def compose(source: Source) -> tuple[Value | None, list[Problem]]:
    """The one document of a file; with problems that do not hide it, or None with those that do."""
    builder = _Builder(source)
    try:
        for event in yaml.parse(source.text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except _Stopped as stopped:
        return None, [*builder.problems, stopped.problem]
    except yaml.YAMLError as odd:
        return None, [*builder.problems, _syntax(source, odd)]
    if len(builder.roots) != 1:
        place = Place(source.file)
        return None, [Problem("DL006", "the file holds no document", place, "write rules in it")]
    return builder.roots[0], builder.problems


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.roots: list[Value] = []
        self._open: list[_Open] = []
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent) and self.roots:
            self._stop("DL006", "a second document begins here", event, "one document a file")
        if isinstance(event, yaml.NodeEvent):
            self._count(event)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open.append(_Open(event))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(self.source, event))
        elif isinstance(event, yaml.MappingEndEvent):
            self._add(self._mapping(self._open.pop()))
        elif isinstance(event, yaml.SequenceEndEvent):
            done = self._open.pop()
            place = _place(self.source, done.start)
            self._add(Sequence(tuple(done.parts), place, is_flow=_is_flow(done.start)))

    def _count(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > limits.YAML_NODES or len(self._open) >= limits.YAML_DEPTH:
            self._stop(
                "DL003", "the file is nested too deep or has too many parts", event, "split it"
            )
        if event.anchor is not None or getattr(event, "tag", None) is not None:
            self._stop("DL004", "anchors, aliases and tags are not used here", event, _TAG_HELP)

    def _mapping(self, done: _Open) -> Mapping:
        entries: list[tuple[Scalar, Value]] = []
        first: dict[str, Scalar] = {}
        for key, value in zip(done.parts[::2], done.parts[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise _Stopped(
                    Problem("DL004", "a key is one word", key.place, "put quotes around the text")
                )
            if key.text == "<<" and not key.quote:
                raise _Stopped(
                    Problem("DL004", "merge keys are not used here", key.place, "write it out")
                )
            before = first.setdefault(key.text, key)
            if before is key:
                entries.append((key, value))
            else:
                where = f"it stands in line {before.line} already"
                message = f"the key {key.text[:40]!r} stands twice"
                self.problems.append(Problem("DL005", message, key.place, where))
        place = _place(self.source, done.start)
        return Mapping(tuple(entries), place, is_flow=_is_flow(done.start))

    def _add(self, value: Value) -> None:
        if self._open:
            self._open[-1].parts.append(value)
        else:
            self.roots.append(value)

    def _stop(self, code: str, message: str, event: yaml.Event, help_: str) -> None:
        raise _Stopped(Problem(code, message, _place(self.source, event), help_))


def _scalar(source: Source, event: yaml.ScalarEvent) -> Scalar:
    line, column = _from_one(event.start_mark)
    last_line, end = _from_one(event.end_mark)
    return Scalar(
        source=source,
        text=event.value,
        quote=event.style or "",
        line=line,
        column=column,
        last_line=last_line,
        end=end,
    )


def _is_flow(event: yaml.Event) -> bool:
    return bool(getattr(event, "flow_style", False))


def _place(source: Source, event: yaml.Event) -> Place:
    line, column = _from_one(event.start_mark)
    return Place(source.file, line, column, column + 1)


def _from_one(mark: _Mark | None) -> tuple[int, int]:
    """Line and column from 1; what has no mark is at the start."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _syntax(source: Source, odd: yaml.YAMLError) -> Problem:
    mark = odd.problem_mark if isinstance(odd, yaml.MarkedYAMLError) else None
    line, column = _from_one(mark)
    text = source.line(line)
    place = Place(source.file, line, column, column + 1)
    help_ = next((help_ for sign, help_ in _signs(text, str(odd))), "look at quotes and indents")
    return Problem("DL002", "this is not valid YAML", place, help_)


def _signs(text: str, said: str) -> Iterator[tuple[str, str]]:
    if "unknown anchor" in said or "undefined alias" in said or "alias" in said:
        yield "alias", _TAG_HELP
    if "\t" in text[: len(text) - len(text.lstrip())]:
        yield "tab", "indent with spaces, not with tabs"
    if "{" in text and "${" in text:
        yield "braces", "inside { } put quotes around text that holds ${"
    if "mapping values are not allowed" in said or ": " in text.partition(": ")[2]:
        yield "colon", 'put quotes around text that holds ": "'
    if text.partition(": ")[2].lstrip().startswith(('"', "[", "{", "%", "@", "`", "'")):
        yield "start", "put quotes around the whole value"
