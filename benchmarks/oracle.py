"""Does open evaluation say what Google's C++ engine says?

`python -m benchmarks.oracle [COUNT] [SEED]`: random expressions, 100,000 unless told otherwise, are
evaluated by both. Each must be true, false or an error in both; an unknown of ours counts as an
error. Ends 1 on a difference, with the shortest that was found. This is a check, and times nothing.

CEL does not say in which order a loop sees the keys of a map. What another order of ours explains
is no difference.

The other engine gives an error as a text that Python takes for true: its type is asked first.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Any

from cel_expr_python import cel

from benchmarks.expressions import NAMES, Writer, values
from rules.compiled.tree import Node
from rules.engine.budget import OverBudgetError
from rules.engine.build import Closure, Frame
from rules.engine.open.builder import Builder, OpenMake
from rules.engine.open.run import MAKERS, evaluate
from rules.engine.open.values import Map
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value
from rules.language.parse import parse
from rules.language.tokens import LeafError
from rules.language.untyped import untyped

DEEPEST, LONGEST = 5, 1_000
ORDERS = 200
"""How many orders of keys are tried before a difference is one."""

_TEXT = {True: "true", False: "false"}
Engine = Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """An expression on which two engines differ."""

    text: str
    values: Mapping[str, Any]
    ours: str
    theirs: str


def differences(count: int, seed: int) -> Iterator[Difference]:
    """Every expression of `count` on which the engines differ."""
    theirs, random = google(), Random(seed)
    for _ in range(count):
        text, given = example(random.randrange(1 << 32))
        answer = theirs(text, given)
        if ours(text, given) != answer and not is_of_order(text, given, answer):
            yield Difference(text, given, ours(text, given), answer)


def example(seed: int) -> tuple[str, Mapping[str, Any]]:
    """An expression, and values for its names."""
    random = Random(seed)
    while len(text := Writer(random).write(random.randint(1, DEEPEST))) > LONGEST:
        pass
    return text, values(random)


def is_of_order(text: str, given: Mapping[str, Any], answer: str) -> bool:
    """Does the other answer come about if loops see the keys of maps in another order?"""
    return any(ours(text, given, Random(seed)) == answer for seed in range(ORDERS))


def ours(text: str, given: Mapping[str, Any], order: Random | None = None) -> str:
    """`true`, `false`, `error`, or `value` for any other; `order` shuffles the keys of maps."""
    bound = {name: _held(value) for name, value in given.items()}
    try:
        makers = MAKERS if order is None else {**MAKERS, "items": _shuffled(order)}
        value = evaluate(untyped(parse(text)), bound, None, time.monotonic_ns, makers)
    except LeafError:
        return "error"  # such as has(!b.on): no expression to either
    except OverBudgetError as over:
        return over.code
    if isinstance(value, Gap):
        return "error"
    return _TEXT[value] if isinstance(value, bool) else "value"


def _shuffled(order: Random) -> OpenMake:
    """The maker of what a loop walks, with the keys of a map in another order."""

    def make(build: Builder, node: Node) -> Closure:
        of = build.part(node.args[0])

        def run(frame: Frame) -> Value:
            value = of(frame)
            if isinstance(value, Map):
                return Listing(tuple(order.sample(value.keys.items, len(value.entries))))
            return value if isinstance(value, Listing | Gap) else NO_OVERLOAD

        return run

    return make


def _held(value: Any) -> Value:  # noqa: ANN401 - whatever Python has for it
    """A value of Python as the engine holds it."""
    if isinstance(value, list):
        return Listing(tuple(_held(item) for item in value))
    if isinstance(value, dict):
        kinds = {bool: "bool", int: "int", str: "string"}
        return Map({(kinds[type(key)], key): _held(item) for key, item in value.items()})
    return value


def google() -> Engine:
    """The other engine."""
    names = {name.partition(".")[0].partition("[")[0] for group in NAMES.values() for name in group}
    environment = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))

    def answer(text: str, given: Mapping[str, Any]) -> str:
        try:
            value = environment.compile(text, disable_check=True).eval(data=dict(given))
        except RuntimeError:
            return "error"  # a constant that is an error by itself, such as a key that stands twice
        if value.type() in (cel.Type.ERROR, cel.Type.UNKNOWN):
            return "error"
        return _TEXT[value.value()] if value.type() == cel.Type.BOOL else "value"

    return answer


def main(count: int = 100_000, seed: int | None = None) -> int:
    """Compare, and say what was found."""
    seed = SystemRandom().randrange(1 << 32) if seed is None else seed
    found = sorted(differences(count, seed), key=lambda one: len(one.text))
    print(f"{count} expressions, seed {seed}: {len(found)} differences")
    for one in found[:5]:
        print(f"  {one.text}\n    ours {one.ours}, theirs {one.theirs}, with {one.values}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
