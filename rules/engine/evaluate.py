"""How does a tree become something that runs? Once, when a pack is loaded: a tree of closures.

A closure takes the frame of a run, a list of values by slot, and gives a value or a gap. Names are
slots from the start, so nothing is looked up by its text while a rule runs.

- `and` and `or` are Kleene's: false decides `and`, true decides `or`, whatever the other side is.
- Everything else is strict: a gap among its operands is its result.
- A null that the checker let no author write, and a pack may hold all the same, is error DL801.
"""

from collections.abc import Mapping

from rules.compiled.tree import Node
from rules.engine import convert, lists, loops, operators, text, watch
from rules.engine.build import BUDGET, NOW, Build, Closure, Frame, Make, constant, literal_of
from rules.engine.decode import Decoded
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value, gap_in, in_logic

_FIRST_FREE = 2


class Slots:
    """The places of a frame: which are taken, and by which names."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.taken = _FIRST_FREE

    def take(self, name: str | None = None) -> int:
        """A new place; with a name it can be read by leaves built from now on."""
        slot = self.taken
        self.taken += 1
        if name is not None:
            self.names[name] = slot
        return slot


def build(node: Node, slots: Slots) -> Closure:
    """The closure of a tree."""
    return _Builder(slots, slots.names).part(node)


class _Builder(Build):
    """Builds the parts of one leaf; `names` grows by the variable of each loop."""

    def __init__(self, slots: Slots, names: Mapping[str, int]) -> None:
        self.slots = slots
        self.names = names

    def part(self, node: Node) -> Closure:
        return _MAKERS[node.op](self, node)

    def body(self, variable: str, node: Node) -> tuple[int, Closure]:
        slot = self.slots.take()
        return slot, _Builder(self.slots, {**self.names, variable: slot}).part(node)

    def slot(self, name: str) -> int:
        return self.names[name]


def _name(make: Build, node: Node) -> Closure:
    slot = make.slot(node.args[0])

    def name(frame: Frame) -> Value:
        value = frame[slot]
        return value(frame) if value.__class__ is Deferred else value

    return name


class Deferred:
    """A define: evaluated when it is first read, and then kept in its slot."""

    __slots__ = ("closure", "nodes", "slot")

    def __init__(self, closure: Closure, slot: int, nodes: int) -> None:
        self.closure = closure
        self.slot = slot
        self.nodes = nodes

    def __call__(self, frame: Frame) -> Value:
        frame[BUDGET].spend(self.nodes)
        frame[self.slot] = value = self.closure(frame)
        return value


def _value(_make: Build, node: Node) -> Closure:
    return constant(literal_of(node))


def _get(make: Build, node: Node) -> Closure:
    parent, word = node.args
    if parent.op == "name":
        return _field(make.slot(parent.args[0]), word)
    of = make.part(parent)

    def get(frame: Frame) -> Value:
        return _read(of(frame), word)

    return get


def _field(slot: int, word: str) -> Closure:
    def get(frame: Frame) -> Value:
        record = frame[slot]
        if record.__class__ is Decoded:
            return record[word]
        return _read(record(frame) if record.__class__ is Deferred else record, word)

    return get


def _read(record: Value, word: str) -> Value:
    if isinstance(record, dict):
        return record[word]
    return record if record.__class__ is Gap else NO_OVERLOAD


def _has(make: Build, node: Node) -> Closure:
    of = make.part(node.args[0])

    def has(frame: Frame) -> Value:
        value = of(frame)
        return value if value.__class__ is Gap else value is not None

    return has


def _and(make: Build, node: Node) -> Closure:
    left, right = make.part(node.args[0]), make.part(node.args[1])

    def both(frame: Frame) -> Value:
        one = left(frame)
        if one is False:
            return False
        other = right(frame)
        if other is False:
            return False
        return True if one is True and other is True else in_logic(one, other)

    return both


def _or(make: Build, node: Node) -> Closure:
    left, right = make.part(node.args[0]), make.part(node.args[1])

    def either(frame: Frame) -> Value:
        one = left(frame)
        if one is True:
            return True
        other = right(frame)
        if other is True:
            return True
        return False if one is False and other is False else in_logic(one, other)

    return either


def _not(make: Build, node: Node) -> Closure:
    of = make.part(node.args[0])

    def negated(frame: Frame) -> Value:
        value = of(frame)
        if value is True or value is False:
            return not value
        return in_logic(value, value)

    return negated


def _if(make: Build, node: Node) -> Closure:
    condition, then, other = (make.part(part) for part in node.args)

    def choose(frame: Frame) -> Value:
        decided = condition(frame)
        if decided is True:
            return then(frame)
        return other(frame) if decided is False else in_logic(decided, decided)

    return choose


def _list(make: Build, node: Node) -> Closure:
    if all(part.op == "value" for part in node.parts):
        return constant(Listing(tuple(literal_of(part) for part in node.parts)))
    parts = tuple(make.part(part) for part in node.parts)

    def listed(frame: Frame) -> Value:
        values = tuple(part(frame) for part in parts)
        gap = gap_in(values)
        return Listing(values) if gap is None else gap

    return listed


def _age(make: Build, node: Node) -> Closure:
    of = make.part(node.args[0])

    def age(frame: Frame) -> Value:
        at = of(frame)
        return at if at.__class__ is Gap else operators.age(frame[NOW], at)

    return age


MAKERS: dict[str, Make] = {
    "name": _name,
    "value": _value,
    "get": _get,
    "has": _has,
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    "list": _list,
    "age": _age,
    **operators.MAKERS,
    **convert.MAKERS,
    **text.MAKERS,
    **lists.MAKERS,
    **loops.MAKERS,
}

_MAKERS: dict[str, Make] = {**MAKERS, **watch.MAKERS}
"""With the operation of lookers-on, which no pack may hold."""
