"""Which facts are a step or two from those of a test? What the rule reads, with other values."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from rules.compiled import catalogue
from rules.compiled.operations import bare
from rules.facts.base import Why
from rules.facts.types import List, Record, Type
from rules.workbench.cases.case import Case
from rules.workbench.proving.forms import ITEMS, UNKNOWN, Json, Path, name, pattern, put
from rules.workbench.proving.losses import half
from rules.workbench.proving.reads import Reads
from rules.workbench.proving.values import Values

_REASONS = frozenset(map(str, Why))
_ABSENT = object()

Found = Iterator[tuple[str, dict[str, Json]]]
"""What was changed, as an author writes it, and the facts with that."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change: where, what stands there then, and how an author says it."""

    path: Path
    value: Json
    said: str


def one_step(case: Case, reads: Reads) -> Found:
    """The facts of a test with one value changed."""
    for step in _steps(case, reads):
        yield _taken(case, step)


def two_steps(case: Case, reads: Reads) -> Found:
    """The facts of a test with two values changed."""
    steps = list(_steps(case, reads))
    for last in range(1, len(steps)):
        for first in range(last):
            if not _is_one_place(steps[first].path, steps[last].path):
                yield _taken(case, steps[first], steps[last])


def _steps(case: Case, reads: Reads) -> Iterator[Step]:
    walker = _Walker(reads, Values(case))
    for fact, form in case.facts.items():
        of = catalogue.fact(fact)
        if of is not None:
            yield from walker.steps(of, form, (fact,))


def _taken(case: Case, *steps: Step) -> tuple[str, dict[str, Json]]:
    facts = dict(case.facts)
    for step in steps:
        facts = put(facts, step.path, step.value)
    return " and ".join(step.said for step in steps), facts


def _is_one_place(one: Path, other: Path) -> bool:
    """Does one hold the other?"""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def written(form: Json) -> str:
    """A value as it is written in a test."""
    if isinstance(form, dict):
        return f"{{{', '.join(f'{key}: {written(value)}' for key, value in form.items())}}}"
    if isinstance(form, list):
        return f"[{', '.join(map(written, form))}]"
    return form if form in _REASONS else json.dumps(form, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Walker:
    """Finds the places of facts that a rule reads."""

    reads: Reads
    values: Values

    def steps(self, of: Type, form: Json, path: Path) -> Iterator[Step]:
        """Each place in a form, and each other value that may stand there."""
        inner = bare(of)
        if isinstance(inner, Record):
            if isinstance(form, dict) and UNKNOWN not in form:
                for field in inner.fields:
                    value = form.get(field.name, _ABSENT)
                    yield from self.steps(field.type, value, (*path, field.name))
        elif isinstance(inner, List):
            yield from self._of_list(inner, form, path)
        elif self.reads.value(pattern(path)):
            for value in self.values.of(of):
                if value != form:
                    yield Step(path, value, f"{name(path)}: {written(value)}")

    def _of_list(self, of: List, form: Json, path: Path) -> Iterator[Step]:
        if isinstance(form, dict):
            form, path = form.get(ITEMS), (*path, ITEMS)
        if not isinstance(form, list):
            return
        if self.reads.list(pattern(path)):
            yield from self._of_whole(of, form, path)
        for number, item in enumerate(form):
            yield from self.steps(of.of, item, (*path, number))

    def _of_whole(self, of: List, form: list[Json], path: Path) -> Iterator[Step]:
        """Fewer items, one more, and half a list."""
        for count in range(len(form)):
            said = f"only {count} of {name(path)}" if count else f"{name(path)}: []"
            yield Step(path, form[:count], said)
        more = self._plain(of.of, (*path, 0))
        yield Step(path, [*form, more], f"one more of {name(path)}: {written(more)}")
        if path[-1] != ITEMS:
            yield Step(path, half(form), f"$missing: timeout in {name(path)}")

    def _plain(self, of: Type, path: Path) -> Json:
        """An item to begin with: what the rule reads of it, each the first value it may have."""
        inner = bare(of)
        if not isinstance(inner, Record):
            return [] if isinstance(inner, List) else self.values.of(of)[0]
        fields = [one for one in inner.fields if self.reads.below(pattern((*path, one.name)))]
        return {one.name: self._plain(one.type, (*path, one.name)) for one in fields}
