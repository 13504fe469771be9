"""What is an expression worth, with these names bound, when nobody has checked it?

CEL without its checker: a mistake of types is found when it is met, as an error that `and` and
`or` may absorb. The budget is that of a rule.
"""

from collections.abc import Mapping

from rules.compiled.scope import NOW as NOW_NAME
from rules.compiled.tree import LOOPS, Node, size
from rules.engine import evaluate as typed
from rules.engine.budget import Budget, Stopwatch
from rules.engine.build import BUDGET, NOW, Frame
from rules.engine.evaluate import Slots
from rules.engine.open import access, equality, operations
from rules.engine.open.builder import SLOT, Builder, OpenMake, read
from rules.engine.open.values import Tagged
from rules.engine.values import Value

_SHARED = ("value", "and", "or", "not", "if", "list", *sorted(LOOPS))
MAKERS: dict[str, OpenMake] = {
    **operations.MAKERS,
    **{name: typed.MAKERS[name] for name in _SHARED},
    **access.MAKERS,
    **equality.MAKERS,
    SLOT: lambda _build, node: read(node.args[0]),
}


def evaluate(
    node: Node, bindings: Mapping[str, Value], now: int | None, stopwatch: Stopwatch
) -> Value:
    """The value of a tree of rules.language.untyped, or a gap.

    `bindings` are values of rules.engine.open.values by name, a name may hold dots. `now` is in
    nanoseconds; without it neither `now` nor `age()` is there. OverBudgetError if it costs more
    than a rule may.
    """
    instant = {} if now is None else {NOW_NAME: Tagged("timestamp", now)}
    values = {**instant, **bindings}
    slots = Slots()
    places = [(slots.take(name), value) for name, value in values.items()]
    closure = Builder(MAKERS, slots, {}, has_now=now is not None).part(node)
    frame: Frame = [None] * slots.taken
    frame[BUDGET], frame[NOW] = Budget(stopwatch), now
    for slot, value in places:
        frame[slot] = value
    frame[BUDGET].spend(size(node))
    return closure(frame)
