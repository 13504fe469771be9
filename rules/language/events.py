"""How does YAML become values that know their place, whatever is thrown at it?

The second and third step. The parser's events are counted as they come, and a stack of our own
builds from them: nothing recurses, so 100,000 brackets cost a millisecond and not the process.
A line on which YAML stops is told, put in quotes and read again, so that the lines after it are
checked too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType

import yaml

from rules.compiled import limits
from rules.errors import Misused, Place, Problem
from rules.language import marks, traps
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.quoting import quoted
from rules.language.source import Source

_START = yaml.Mark("", 0, 0, 0, None, 0)
_REPAIRS = 20
_REPAIRED_CHARACTERS = 512 * 1024


def compose(source: Source) -> tuple[Value | None, list[Problem]]:
    """The one document of a file; with problems that do not hide it, or None with those that do."""
    told: dict[int, Problem] = {}
    text, tries = source.text, max(1, min(_REPAIRS, _REPAIRED_CHARACTERS // (len(source.text) + 1)))
    for _ in range(tries):
        builder = _Builder(source, frozenset(told))
        try:
            for event in yaml.parse(text, Loader=parser()):
                builder.take(event)
        except traps.Stopped as stopped:
            return None, [*told.values(), *builder.problems, stopped.problem]
        except yaml.YAMLError as odd:
            problem = traps.explain(source, odd)
            line = problem.place.line
            repaired = None if line in told else quoted(text, line)
            told.setdefault(line, problem)
            if repaired is None:
                return None, [*told.values(), *builder.problems]
            text = repaired
        else:
            return _one(builder, [*told.values(), *builder.problems])
    return None, list(told.values())


def parser(of: ModuleType = yaml) -> type[yaml.CSafeLoader]:
    """The parser of libyaml. Its messages are what `traps` knows, and it cannot be done without."""
    if not getattr(of, "__with_libyaml__", False):
        raise Misused("PyYAML is here without libyaml: install a build of PyYAML that has it")
    return yaml.CSafeLoader


def _one(builder: "_Builder", problems: list[Problem]) -> tuple[Value | None, list[Problem]]:
    if builder.roots:
        return builder.roots[0], problems
    place = Place(builder.source.file)
    return None, [*problems, Problem("DL006", "the file holds no document", place, "write one")]


@dataclass(slots=True)
class _Open:
    """A mapping or a list whose end has not come yet."""

    start: yaml.Event
    parts: list[Value] = field(default_factory=list)


class _Builder:
    """Builds values from events; `spoilt` are the lines that were put in quotes."""

    def __init__(self, source: Source, spoilt: frozenset[int]) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.roots: list[Value] = []
        self._spoilt = spoilt
        self._open: list[_Open] = []
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.MappingEndEvent):
            self._add(self._mapping(self._open.pop()))
        elif isinstance(event, yaml.SequenceEndEvent):
            done = self._open.pop()
            place = traps.place(self.source, done.start)
            self._add(Sequence(tuple(done.parts), place, is_flow=_is_flow(done.start)))
        elif isinstance(event, yaml.DocumentStartEvent) and self.roots:
            message, help_ = "a second document begins here", "write one document a file"
            raise traps.Stopped(Problem("DL006", message, traps.place(self.source, event), help_))

    def _node(self, event: yaml.NodeEvent) -> None:
        self._count(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event))
        else:
            self._open.append(_Open(event))

    def _count(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > limits.YAML_NODES or len(self._open) >= limits.YAML_DEPTH:
            what = (
                f"nested deeper than {limits.YAML_DEPTH}"
                if len(self._open) >= limits.YAML_DEPTH
                else f"more than {limits.YAML_NODES} values"
            )
            message, place = f"the file is too much: {what}", traps.place(self.source, event)
            raise traps.Stopped(Problem("DL003", message, place, "split it by topic"))
        if event.anchor is None and getattr(event, "tag", None) is None:
            return
        mark = marks.marked(self.source, event)
        if mark is not None:
            raise traps.Stopped(mark)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, end = event.start_mark or _START, event.end_mark or _START
        line = start.line + 1
        is_spoilt = line in self._spoilt
        if event.tag is not None or event.value == "=":
            lost = marks.lost(self.source, event)
            if lost is not None:
                self._tell(lost)
                is_spoilt = True
        return Scalar(
            self.source,
            event.value,
            event.style or "",
            line,
            start.column + 1,
            end.line + 1,
            end.column + 1,
            is_spoilt,
        )

    def _mapping(self, done: _Open) -> Mapping:
        entries: list[tuple[Scalar, Value]] = []
        first: dict[str, Scalar] = {}
        for key, value in _pairs(done.parts):
            wrong = marks.key(key)
            if wrong is not None or not isinstance(key, Scalar):
                raise traps.Stopped(wrong or marks.complex_key(key))
            before = first.setdefault(key.text, key)
            if before is key:
                entries.append((key, value))
            else:
                where = f"it stands in line {before.line} already"
                message = f"the key {key.text[:40]!r} stands twice"
                self._tell(Problem("DL005", message, key.place, where))
        is_flow = _is_flow(done.start)
        place = entries[0][0].place if entries and not is_flow else None
        place = place or traps.place(self.source, done.start)
        return Mapping(tuple(entries), place, is_flow=is_flow)

    def _tell(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= limits.PROBLEMS_IN_FILE:
            raise traps.Stopped(traps.too_many(problem.place))

    def _add(self, value: Value) -> None:
        if self._open:
            self._open[-1].parts.append(value)
        else:
            self.roots.append(value)


def _pairs(parts: list[Value]) -> Iterator[tuple[Value, Value]]:
    return zip(parts[::2], parts[1::2], strict=True)


def _is_flow(event: yaml.Event) -> bool:
    return bool(getattr(event, "flow_style", False))
