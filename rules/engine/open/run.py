"""What is an expression worth, with these names bound?

*Open*: CEL without its checker. A mistake of types is found when it is met, as an error that `and`
and `or` may absorb. *Checked*: the tree of a leaf, run as in a rule, but for the place of an error.
The budget is that of a rule.
"""

from collections.abc import Mapping

from rules.compiled.scope import NOW as NOW_NAME
from rules.compiled.tree import LOOPS, Node, size
from rules.engine import evaluate as checked
from rules.engine.budget import Budget, OverBudgetError, Stopwatch
from rules.engine.build import BUDGET, NOW, Frame
from rules.engine.evaluate import Slots
from rules.engine.open import access, equality, operations
from rules.engine.open.builder import SLOT, Builder, OpenMake, read
from rules.engine.open.values import Tagged
from rules.engine.values import Value

_SHARED = ("value", "and", "or", "not", "if", "list", *sorted(LOOPS))
MAKERS: dict[str, OpenMake] = {
    **operations.MAKERS,
    **{name: checked.MAKERS[name] for name in _SHARED},
    **access.MAKERS,
    **equality.MAKERS,
    SLOT: lambda _build, node: read(node.args[0]),
}
_CHECKED: dict[str, OpenMake] = {
    **checked.MAKERS,
    "age": operations.needs_now(checked.MAKERS["age"]),
}


def evaluate(
    node: Node,
    bindings: Mapping[str, Value],
    now: int | None,
    stopwatch: Stopwatch,
    makers: Mapping[str, OpenMake] = MAKERS,
) -> Value:
    """The value of a tree of rules.language.untyped, or a gap.

    `bindings` are values of rules.engine.open.values by name, and a name may hold dots. `now` is
    in nanoseconds; without it there is neither `now` nor `age()`. `makers` are others for who looks
    on. OverBudgetError if it costs more than a rule may.
    """
    instant = {} if now is None else {NOW_NAME: Tagged("timestamp", now)}
    return _run(node, {**instant, **bindings}, now, stopwatch, makers)


def evaluate_checked(
    node: Node, bindings: Mapping[str, Value], now: int | None, stopwatch: Stopwatch
) -> Value:
    """The value of a checked tree, or a gap; values are those of rules.engine.values."""
    return _run(node, {NOW_NAME: now, **bindings}, now, stopwatch, _CHECKED)


def _run(
    node: Node,
    values: Mapping[str, Value],
    now: int | None,
    stopwatch: Stopwatch,
    makers: Mapping[str, OpenMake],
) -> Value:
    slots = Slots()
    places = [(slots.take(name), value) for name, value in values.items()]
    closure = Builder(makers, slots, {}, has_now=now is not None).part(node)
    frame: Frame = [None] * slots.taken
    frame[BUDGET], frame[NOW] = Budget(stopwatch), now
    for slot, value in places:
        frame[slot] = value
    frame[BUDGET].spend(size(node))
    try:
        return closure(frame)
    except RecursionError:
        raise OverBudgetError("DL807") from None  # lists made within lists, hundreds of times
