"""Does a waiver accept this item? Its leaves say so of the item as it left the machine, or no.

True alone accepts: what is unknown, broken or costs too much does not. Of items that go by one
name all must be as the waiver says, and where a list is not whole no item of it is accepted.
"""

from collections.abc import Callable, Mapping
from functools import reduce

from rules.compiled import scope, tree
from rules.compiled.canonical import Json
from rules.compiled.rule import Over
from rules.compiled.tree import Node
from rules.compiled.waiver import Waiver
from rules.engine.budget import Budget, OverBudgetError
from rules.engine.build import BUDGET, NOW, Frame
from rules.engine.decode import decode
from rules.engine.evaluate import Slots, build
from rules.engine.seen import name_of
from rules.facts.base import Reading, Status

Accepts = Callable[[str], bool]
"""Is the item of that name accepted?"""


def acceptor(waiver: Waiver, over: Over, readings: Mapping[str, Reading], at: int) -> Accepts:
    """Asks a waiver with `items` about the items of the list that its rule walks."""
    forms = named(over, readings)
    holds = _ready(waiver, over, at)

    def accepts(name: str) -> bool:
        alike = forms.get(name, [])
        return bool(alike) and all(holds(form) for form in alike)

    return accepts


def named(over: Over, readings: Mapping[str, Reading]) -> dict[str, list[Json]]:
    """The JSON forms of the items of a list by name; none if the list is not known as a whole."""
    reading = readings.get(over.path[0])
    if reading is None or reading.status not in (Status.OK, Status.PARTIAL):
        return {}
    form = reading.value
    for word in over.path[1:]:
        form = form.get(word) if isinstance(form, dict) else None
    found: dict[str, list[Json]] = {}
    for number, item in enumerate(form if isinstance(form, list) else ()):
        found.setdefault(name_of(over, item, number), []).append(item)
    return found


def _ready(waiver: Waiver, over: Over, at: int) -> Callable[[Json], bool]:
    item = scope.item(over.path)
    if item is None or not waiver.items:
        return lambda _form: False
    variable, of = item
    slots = Slots()
    slots.names[scope.NOW] = NOW
    slot = slots.take(variable)
    leaf = reduce(lambda one, other: Node("and", other.place, (one, other)), waiver.items)
    closure, cost = build(leaf, slots), tree.size(leaf)

    def holds(form: Json) -> bool:
        frame: Frame = [None] * slots.taken
        frame[BUDGET], frame[NOW], frame[slot] = Budget(_still), at, decode(of, form, "")
        try:
            frame[BUDGET].spend(cost)
            return closure(frame) is True
        except OverBudgetError:
            return False

    return holds


def _still() -> int:
    """No leaf of a waiver is timed: its steps are counted."""
    return 0
