"""Which facts are a step or two from those of a test? What the rule reads, with other values.

The values are those on which a rule may turn: the words of an enum, true and false, null, what was
not read, and numbers and times beside those that stand in the rule and its params.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from rules.compiled import catalogue, instants, literal, tree
from rules.compiled.literal import Literal
from rules.compiled.operations import bare, kind
from rules.compiled.rule import Rule
from rules.facts.types import Enum, List, Nullable, Record, Type
from rules.workbench.cases.case import Case
from rules.workbench.proving.forms import ITEMS, UNKNOWN, Json, Path, name, pattern, put
from rules.workbench.proving.losses import LOST, half
from rules.workbench.proving.reads import Reads
from rules.workbench.variants.leaves import leaves

_SECOND = instants.SECOND


Step = tuple[Path, Json]
"""Where a value is changed, and what stands there then."""


Found = Iterator[tuple[str, dict[str, Json]]]
"""What was changed, as an author writes it, and the facts with that."""


def one_step(case: Case, reads: Reads) -> Found:
    """The facts of a test with one value changed."""
    for step in _of_case(case, reads):
        yield _taken(case, step)


def two_steps(case: Case, reads: Reads) -> Found:
    """The facts of a test with two values changed."""
    steps = list(_of_case(case, reads))
    for last in range(1, len(steps)):
        for first in range(last):
            if not _is_one_place(steps[first][0], steps[last][0]):
                yield _taken(case, steps[first], steps[last])


def _of_case(case: Case, reads: Reads) -> Iterator[Step]:
    values = _Values(case)
    for fact, form in case.facts.items():
        of = catalogue.fact(fact)
        if of is not None:
            yield from _steps(of, form, (fact,), reads, values)


def _taken(case: Case, *steps: Step) -> tuple[str, dict[str, Json]]:
    facts = dict(case.facts)
    for path, value in steps:
        facts = put(facts, path, value)
    return " and ".join(f"{name(path)}: {written(value)}" for path, value in steps), facts


def _is_one_place(one: Path, other: Path) -> bool:
    """Does one hold the other?"""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def written(form: Json) -> str:
    """A value as it is written in a test."""
    if isinstance(form, dict):
        return "{$unknown: timeout}" if UNKNOWN in form else "{$items: …, $missing: timeout}"
    if isinstance(form, list):
        return "[]" if not form else f"its first {len(form)}"
    return json.dumps(form, ensure_ascii=False)


def _steps(
    of: Type, form: Json, path: Path, reads: Reads, values: "_Values"
) -> Iterator[tuple[Path, Json]]:
    """Each place in a form and each other value that may stand there."""
    inner = bare(of)
    if isinstance(inner, Record):
        fields = form if isinstance(form, dict) and UNKNOWN not in form else {}
        for field in inner.fields if fields else ():
            yield from _steps(
                field.type, fields.get(field.name), (*path, field.name), reads, values
            )
    elif isinstance(inner, List):
        yield from _steps_of_list(inner, form, path, reads, values)
    elif reads.value(pattern(path)):
        yield from ((path, value) for value in values.of(of) if value != form)


def _steps_of_list(
    of: List, form: Json, path: Path, reads: Reads, values: "_Values"
) -> Iterator[tuple[Path, Json]]:
    if isinstance(form, dict):
        form, path = form.get(ITEMS), (*path, ITEMS)
    if not isinstance(form, list):
        return
    if reads.list(pattern(path)):
        yield from ((path, form[:count]) for count in range(len(form)))
        if path[-1] != ITEMS:
            yield path, half(form)
    for number, item in enumerate(form):
        yield from _steps(of.of, item, (*path, number), reads, values)


class _Values:
    """The values on which the rule of a case may turn."""

    def __init__(self, case: Case) -> None:
        self._now = instants.of_datetime(case.now)
        self._constants = {*_of_rule(case.rule), *_given(case)}

    def of(self, of: Type) -> list[Json]:
        """Values of a type in JSON form, null and what was not read among them."""
        inner = bare(of)
        known = list(inner.values) if isinstance(inner, Enum) else self._beside(kind(inner))
        return [*known, *([None] if isinstance(of, Nullable) else []), LOST]

    def _beside(self, of: str) -> list[Json]:
        if of == "bool":
            return [True, False]
        if of in ("int", "double"):
            return sorted(
                {0, *(n + step for n in self._all("int", "double") for step in (-1, 0, 1))}
            )
        if of == "duration":
            return [instants.write_seconds(span) for span in self._spans() if span >= 0]
        if of == "timestamp":
            times = {self._now, *(self._now - span for span in self._spans())}
            return [instants.write_timestamp(at) for at in sorted(times)]
        if of == "version":
            return ["0", *(".".join(map(str, numbers)) for numbers in sorted(self._all("version")))]
        return [*sorted(self._all("string", "caseless")), "another"]

    def _all(self, *kinds: str) -> set[Any]:
        return {value for of, value in self._constants if of in kinds}

    def _spans(self) -> list[int]:
        """Each span, and a second more and less, in whole seconds as facts are."""
        whole = {span // _SECOND * _SECOND for span in self._all("duration")}
        return sorted({span + step for span in whole for step in (-_SECOND, 0, _SECOND)})


_Constant = tuple[str, Any]
"""Kind and value, as the engine holds it."""


def _of_rule(rule: Rule) -> Iterator[_Constant]:
    for _, leaf in leaves(rule):
        for node in tree.walk(leaf):
            if node.op == "value":
                yield from _flat(node.args[0])
    for param in rule.params.values():
        yield from _flat(param.default)


def _flat(of: Literal) -> Iterator[_Constant]:
    if of.kind != "list":
        yield of.kind, of.value
        return
    for one in of.value:
        yield from _flat(one)


def _given(case: Case) -> Iterator[_Constant]:
    for name_, form in case.params.items():
        of = case.rule.params[name_].type
        forms, word = (form, kind(of.of)) if isinstance(of, List) else ([form], kind(of))
        yield from ((word, _READ.get(word, _same)(one)) for one in forms)


def _same(form: Json) -> Json:
    return form


_READ: dict[str, Callable[[Json], Any]] = {
    "duration": instants.read_seconds,
    "timestamp": instants.read_timestamp,
    "version": literal.version,
}
