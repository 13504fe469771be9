"""On which values may a rule turn? Those that are tried in place of what a test says.

The words of an enum, true and false, null, what was not read, and numbers and times beside those
that stand in the rule and its params.
"""

from collections.abc import Callable, Iterator
from typing import Any

from rules.compiled import instants, literal, tree
from rules.compiled.literal import Literal
from rules.compiled.operations import bare, kind
from rules.compiled.rule import Rule
from rules.facts.types import Enum, List, Nullable, Type
from rules.workbench.cases.case import Case
from rules.workbench.proving.forms import Json
from rules.workbench.proving.losses import LOST
from rules.workbench.variants.leaves import leaves

_SECOND = instants.SECOND


class Values:
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
