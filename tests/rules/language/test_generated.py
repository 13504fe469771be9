"""What the checker compiles the machine takes, and gives it the type that the checker gave.

Leaves are made by their types from the whole catalogue, so that every kind of value meets every
operator and function that goes with it.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import catalogue, instants, scope, tree
from rules.compiled.infer import UnsoundError, infer
from rules.compiled.operations import GENERIC, PLAIN, SCALARS, bare, kind
from rules.engine.budget import Budget
from rules.engine.build import NOW
from rules.engine.decode import decode
from rules.engine.evaluate import Slots, build
from rules.facts.types import BOOL, DURATION, INT, STRING, VERSION, Enum, List, Nullable, Record
from rules.language.check import check_text

PARAMS = {
    "flag": BOOL,
    "limit": INT,
    "grace": DURATION,
    "oldest": VERSION,
    "mask": STRING,
    "serials": List(STRING, "item"),
    "ports": List(INT, "item"),
}
LITERALS = {
    "bool": st.sampled_from(["true", "false"]),
    "int": st.integers(-9, 99).map(str),
    "double": st.sampled_from(["0.5", "1e3", "2", "-1.25"]),
    "string": st.sampled_from(['"C:"', "'x'", 'r"a\\b"', '"ß"', '""']),
    "caseless": st.sampled_from(['"SNMP"', '"telnet.socket"']),
    "duration": st.sampled_from(['"15m"', '"1d12h"', '"0s"', '"90s"']),
    "timestamp": st.sampled_from(['"2026-11-22T10:00:00Z"', '"1999-01-01T00:00:00.5+01:00"']),
    "version": st.sampled_from(['"1.2"', '"10.0.19045"']),
}
ORDERED = ("int", "string", "duration", "timestamp", "version", "caseless")
PATTERNS = st.sampled_from(['"^a+$"', 'r"\\d{1,3}"', "'x|y'", '"[a-f]*"'])
GLOBS = st.sampled_from(['"C*"', '"?:"', "params.mask"])
KINDS = {*SCALARS, "list", "record", "null", "nothing"}
WORDS = ("and", "or", "&&", "||")


@dataclass(frozen=True)
class Scene:
    """The paths that a part may name, by the kind of what they hold."""

    names: dict[str, Any]

    def inside(self, name: str, of: Any) -> "Scene":
        return Scene({**self.names, name: of})

    def paths(self, wanted: str, *, may_be_null: bool = False) -> list[tuple[str, Any]]:
        found = [pair for name, of in self.names.items() for pair in below(name, of)]
        return [(p, bare(of)) for p, of in found if is_of(of, wanted, may_be_null)]


def is_of(of: Any, wanted: str, may_be_null: bool) -> bool:
    return isinstance(of, Nullable) is may_be_null and kind(bare(of)) == wanted


@cache
def below(name: str, of: Any) -> list[tuple[str, Any]]:
    if not isinstance(of, Record):
        return [(name, of)]
    return [pair for f in of.fields for pair in below(f"{name}.{f.name}", f.type)]


MACHINE = Scene({**scope.machine(PARAMS), "user": catalogue.items()["user"]})


def literal(of: Any) -> st.SearchStrategy[str]:
    if isinstance(of, Enum):
        return st.sampled_from(of.values).map(lambda word: f'"{word}"')
    return LITERALS[kind(of)]


@st.composite
def conditions(draw, scene: Scene = MACHINE, depth: int = 2) -> str:
    makers = [compared, chosen, asked, guarded, counted, member]
    if depth:
        makers += [joined, joined, looped, alternative, denied]
    return draw(draw(st.sampled_from(makers))(scene, depth))


@st.composite
def compared(draw, scene: Scene, depth: int) -> str:
    of = draw(st.sampled_from(ORDERED))
    op = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    left, right = draw(value(of, scene, depth)), draw(either(of, scene, depth))
    return f"{left} {op} {right}" if draw(st.booleans()) else f"{right} {op} {left}"


@st.composite
def either(draw, of: str, scene: Scene, depth: int) -> str:
    """A value, a literal that is read as one, or a choice between the two."""
    how = draw(st.sampled_from(["value", "literal", "choice"]))
    if how == "value":
        return draw(value(of, scene, depth))
    if how == "literal" or not depth:
        return draw(LITERALS[of])
    condition = draw(conditions(scene, depth - 1))
    return f"(({condition}) ? {draw(LITERALS[of])} : {draw(value(of, scene, depth - 1))})"


@st.composite
def value(draw, of: str, scene: Scene, depth: int) -> str:
    """A value that is no literal."""
    paths = [path for path, _ in scene.paths(of)]
    made = COMPUTED.get(of, []) if depth else []
    if not paths or (made and draw(st.booleans())):
        return draw(draw(st.sampled_from(made))(scene, depth - 1)) if made else PLAINEST[of]
    return draw(st.sampled_from(paths))


PLAINEST = {"caseless": "services[0].name", "version": "agent.version", "duration": "agent.cpu_day"}


def two(of: str, op: str, other: str | None = None):
    @st.composite
    def make(draw, scene: Scene, depth: int) -> str:
        return f"({draw(value(of, scene, depth))} {op} {draw(value(other or of, scene, depth))})"

    return make


def wrapped(text: str, of: str):
    @st.composite
    def make(draw, scene: Scene, depth: int) -> str:
        return text.format(draw(value(of, scene, depth)))

    return make


@st.composite
def size(draw, scene: Scene, depth: int) -> str:
    listed = draw(st.sampled_from([path for path, _ in scene.paths("list")]))
    return draw(st.sampled_from([f"{listed}.size()", f"size({listed})"]))


@st.composite
def filtered(draw, scene: Scene, depth: int) -> str:
    path, of = draw(st.sampled_from(scene.paths("list")))
    name = f"f{depth}{len(scene.names)}"
    body = draw(conditions(scene.inside(name, of.of), max(0, depth - 1)))
    return f"{path}.filter({name}, {body}).size()"


COMPUTED = {
    "int": [
        *(two("int", op) for op in "+-*/%"),
        *(size, filtered, wrapped("int({})", "timestamp"), wrapped("-{}", "int")),
    ],
    "string": [two("string", "+"), wrapped("string({})", "int"), wrapped("string({})", "version")],
    "duration": [
        two("duration", "+"),
        two("duration", "-"),
        wrapped("age({})", "timestamp"),
        wrapped("(host.boot_time - {})", "timestamp"),
    ],
    "timestamp": [two("timestamp", "+", "duration"), two("duration", "+", "timestamp")],
    "caseless": [two("caseless", "+"), two("caseless", "+", "string")],
}


@st.composite
def chosen(draw, scene: Scene, depth: int) -> str:
    path, of = draw(st.sampled_from(scene.paths("enum")))
    words = draw(st.lists(literal(of), min_size=1, max_size=3))
    return draw(st.sampled_from([f"{path} == {words[0]}", f"{path} in [{', '.join(words)}]"]))


@st.composite
def asked(draw, scene: Scene, depth: int) -> str:
    text = draw(value(draw(st.sampled_from(["string", "caseless"])), scene, depth))
    name = draw(st.sampled_from(["startsWith", "endsWith", "contains", "glob", "matches"]))
    argument = draw({"glob": GLOBS, "matches": PATTERNS}.get(name, either("string", scene, depth)))
    return f"{text}.{name}({argument})"


@st.composite
def guarded(draw, scene: Scene, depth: int) -> str:
    """A value that may be null, after it was looked at."""
    of = draw(st.sampled_from(["duration", "timestamp", "int", "enum", "bool", "version"]))
    path, inner = draw(st.sampled_from(scene.paths(of, may_be_null=True) or [("x", None)]))
    if inner is None:
        return "agent.elevated"
    word = draw(literal(inner))
    op = "==" if of in ("enum", "bool") else draw(st.sampled_from(["<", ">=", "=="]))
    return draw(
        st.sampled_from(
            [
                f"({path} != null and {path} {op} {word})",
                f"({path} == null or {path} {op} {word})",
                f"(has({path}) ? {path} {op} {word} : false)" if "." in path else f"{path} == null",
                f"not ({path} == {word})",
                f"{path} in [{word}]",
            ]
        )
    )


@st.composite
def counted(draw, scene: Scene, depth: int) -> str:
    return f"{draw(value('int', scene, depth))} <= {draw(LITERALS['int'])}"


@st.composite
def member(draw, scene: Scene, depth: int) -> str:
    lists = [(path, of) for path, of in scene.paths("list") if kind(of.of) in SCALARS]
    path, of = draw(st.sampled_from(lists))
    needle = draw(literal(of.of))
    return draw(
        st.sampled_from(
            [
                f"{needle} in {path}",
                f"{path} == [{needle}]",
                f"{path} + [{needle}] != {path}.distinct()",
                f"{path}.map(m, m).exists_one(m, m == {needle})",
            ]
        )
    )


@st.composite
def joined(draw, scene: Scene, depth: int) -> str:
    parts = [draw(conditions(scene, depth - 1)) for _ in range(2)]
    return f"({parts[0]}) {draw(st.sampled_from(WORDS))} ({parts[1]})"


@st.composite
def denied(draw, scene: Scene, depth: int) -> str:
    return f"{draw(st.sampled_from(['not', '!']))} ({draw(conditions(scene, depth - 1))})"


@st.composite
def alternative(draw, scene: Scene, depth: int) -> str:
    parts = [draw(conditions(scene, depth - 1)) for _ in range(3)]
    return f"(({parts[0]}) ? ({parts[1]}) : ({parts[2]}))"


@st.composite
def looped(draw, scene: Scene, depth: int) -> str:
    path, of = draw(st.sampled_from(scene.paths("list")))
    name = f"x{depth}{len(scene.names)}"
    loop = draw(st.sampled_from(["all", "exists", "exists_one"]))
    return f"{path}.{loop}({name}, {draw(conditions(scene.inside(name, of.of), depth - 1))})"


def errors(text: str) -> list[str]:
    found = check_text(text, MACHINE.names).problems
    return [f"{one.id} {one.message}" for one in found if one.level == "error"]


@given(conditions())
def test_a_leaf_that_is_typed_well_is_checked_without_an_error(text) -> None:
    assert errors(text) == []


@given(conditions())
def test_the_machine_takes_what_was_checked_and_gives_it_the_same_type(text) -> None:
    typed = check_text(text, MACHINE.names).typed
    assert typed is not None
    again = tree.read(tree.write(typed.node, ["expression"]), ["expression"])
    assert again == typed.node
    assert kind(infer(again, MACHINE.names)) == typed.kind


@given(conditions())
def test_the_engine_builds_whatever_was_checked(text) -> None:
    slots = Slots()
    for name in MACHINE.names:
        slots.take(name)
    typed = check_text(text, MACHINE.names).typed
    assert typed is not None
    assert callable(build(typed.node, slots))


def forms(of: Any, read: frozenset[str]) -> st.SearchStrategy[Any]:
    """The JSON form of values of a type; what nobody reads of a record was not collected."""
    match of:
        case Nullable(inner):
            return st.none() | forms(inner, read)
        case Enum(values):
            return st.sampled_from(values)
        case List(inner):
            return st.lists(forms(inner, read), max_size=2)
        case Record():
            fields = [one for one in of.fields if one.name in read]
            return st.fixed_dictionaries({one.name: forms(one.type, read) for one in fields})
    return FORMS[of.name]


FORMS = {
    "bool": st.booleans(),
    "int": st.integers(-3, 12),
    "double": st.floats(allow_nan=False),
    "string": st.sampled_from(["", "C:", "x", "SNMP", "aaa"]),
    "duration": st.sampled_from(["0s", "90s", "900s", "129600s"]),
    "timestamp": st.sampled_from(["2026-11-22T10:00:00Z", "2020-01-01T00:00:00Z"]),
    "version": st.sampled_from(["1.2", "10.0.19045", "1.2.0"]),
}
NOW_IS = instants.read_timestamp("2026-11-22T10:00:00Z")


def evaluated(draw: Any, node: tree.Node) -> Any:
    slots = Slots()
    frame: list[Any] = [Budget(lambda: 0), NOW_IS]
    slots.names[scope.NOW] = NOW
    read = frozenset(part.args[1] for part in tree.walk(node) if part.op == "get")
    for name in sorted(tree.roots(node) & MACHINE.names.keys() - {scope.NOW}):
        of = MACHINE.names[name]
        assert slots.take(name) == len(frame)
        frame.append(decode(of, draw(forms(of, read)), name))
    closure = build(node, slots)
    return closure([*frame, *[None] * (slots.taken - len(frame))])


@given(conditions(), st.data())
def test_what_was_checked_never_meets_a_null_where_none_may_stand(text, data) -> None:
    typed = check_text(text, MACHINE.names).typed
    assert typed is not None
    found = evaluated(data.draw, typed.node)
    assert found is True or found is False or found.code != "DL801"


ATOMS = st.sampled_from(
    [
        *("agent.elevated", "agent.rules_state", "agent.full_disk_access == true"),
        *('host.os == "linux"', 'host.os != "macos"', 'host.os in ["linux", "windows"]'),
        *('host.name == "C:"', 'host.name != "C:"', 'host.name in ["C:", "x"]'),
        *("host.serial == host.serial", "agent.memory == 3", "agent.memory in [3, 4]"),
        *("user.lock.after == null", "has(user.lock.after)", 'user.lock.after in ["15m", "0s"]'),
        *('user.lock.after == "15m"', "user.lock.after == params.grace", "users.size() >= 0"),
        *("volumes.size() > -1", "age(host.boot_time) < '0s'", "1 < 2", "true", "false"),
    ]
).map(lambda text: text.replace("agent.rules_state", 'agent.rules_state == "fresh"'))
TANGLES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(WORDS), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})"),
    ),
    max_leaves=8,
)


@given(TANGLES, st.data())
def test_what_is_told_to_be_always_the_same_is(text, data) -> None:
    typed = check_text(text, MACHINE.names).typed
    assert typed is not None
    found = evaluated(data.draw, typed.node)
    assert not (found is True and typed.if_true.never)
    assert not (found is False and typed.if_false.never)


@given(conditions(), st.data())
def test_of_a_tree_with_another_operation_the_machine_takes_it_or_says_why_not(text, data) -> None:
    typed = check_text(text, MACHINE.names).typed
    assert typed is not None
    at = data.draw(st.integers(0, tree.size(typed.node) - 1))
    op = data.draw(st.sampled_from(sorted({*PLAIN, *GENERIC, "list"})))
    spoiled = _spoiled(typed.node, [at], op)
    with suppress(ValueError):
        for part in tree.walk(spoiled):
            tree.check_shape(part)
        assert kind(infer(spoiled, MACHINE.names)) in KINDS


def _spoiled(node: tree.Node, left: list[int], op: str) -> tree.Node:
    left[0] -= 1
    if left[0] == -1:
        return tree.Node(op, node.place, node.args)
    args = tuple(_spoiled(a, left, op) if isinstance(a, tree.Node) else a for a in node.args)
    return tree.Node(node.op, node.place, args)


PIECES = st.sampled_from(
    [
        *"()[],?:+-*/%<>!",
        *("and", "or", "not", "in", "==", "!=", "<=", "true", "null", "1", "1.5", '"15m"', "now"),
        *("volumes", "host.role", "params.limit", "agent.memory", "user.lock.after", "services"),
        *(".size()", ".all(x,", ".filter(x,", "age(", "has(", ".glob(", ".map(x,", "x", "x.name"),
        *('"fixed"', "version(", "string(", ".distinct()", "[0]", "user.enabled"),
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=9).map(" ".join))
def test_what_the_checker_takes_the_machine_takes_too(text) -> None:
    checked = check_text(text, MACHINE.names)
    if checked.typed is None:
        assert checked.problems
    else:
        assert kind(infer(checked.typed.node, MACHINE.names)) == checked.typed.kind


@pytest.mark.parametrize(
    ("text", "change", "why"),
    [
        ("agent.memory == 1", "eq.null", "null"),
        ('host.os == "linux"', "eq.string", "takes a string"),
        ("params.serials == params.serials", "eq.list_caseless", "without case"),
        ('services.exists(s, s.name == "x")', None, ""),
    ],
)
def test_a_tree_of_another_type_is_refused(text, change, why) -> None:
    node = check_text(text, MACHINE.names).typed.node
    if change is None:
        assert infer(node, MACHINE.names) == BOOL
        return
    with pytest.raises(UnsoundError, match=why):
        infer(tree.Node(change, node.place, node.args), MACHINE.names)


def test_records_are_never_compared_as_wholes_where_a_hole_would_count_as_a_value() -> None:
    listed = check_text("volumes", MACHINE.names).typed.node
    with pytest.raises(UnsoundError, match="lists of record"):
        infer(tree.Node("eq.list", listed.place, (listed, listed)), MACHINE.names)
    assert "DL304" in errors("volumes == volumes")[0]
