"""Every function and operator of the language is on one list, and each of them can be used."""

import pytest

from rules.compiled import catalogue, scope
from rules.facts.types import STRING
from rules.language.check import check_text
from rules.language.functions import FUNCTIONS
from rules.language.operands import OPERATORS

NAMES = {**scope.machine({"mask": STRING}), "user": catalogue.items()["user"]}
USES = {
    "age(t)": ("age(host.boot_time)", "duration"),
    "has(x.field)": ("has(user.lock.after)", "bool"),
    "size(x)": ("size(host.name)", "int"),
    "x.size()": ("users.size()", "int"),
    "int(x)": ("int(host.boot_time)", "int"),
    "double(x)": ("double(agent.memory)", "double"),
    "string(x)": ("string(user.kind)", "string"),
    "bool(x)": ("bool(host.name)", "bool"),
    "duration(s)": ("duration(host.name)", "duration"),
    "timestamp(x)": ("timestamp(agent.memory)", "timestamp"),
    "version(s)": ("version(host.name)", "version"),
    "s.startsWith(t)": ('host.name.startsWith("OP")', "bool"),
    "s.endsWith(t)": ("host.name.endsWith(host.name)", "bool"),
    "s.contains(t)": ('host.name.contains("P")', "bool"),
    "s.glob(p)": ("host.name.glob(params.mask)", "bool"),
    "s.matches(p)": ('host.name.matches("^OP[0-9]+$")', "bool"),
    "l.all(x, p)": ("users.all(u, u.enabled)", "bool"),
    "l.exists(x, p)": ("users.exists(u, u.enabled)", "bool"),
    "l.exists_one(x, p)": ("users.exists_one(u, u.enabled)", "bool"),
    "l.filter(x, p)": ("users.filter(u, u.enabled)", "list"),
    "l.map(x, e)": ("users.map(u, u.lock.after)", "list"),
    "l.distinct()": ("users.map(u, u.kind).distinct()", "list"),
}


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.written)
def test_a_function_gives_what_its_line_says(function) -> None:
    text, gives = USES[function.written]
    checked = check_text(text, NAMES)
    assert [one.message for one in checked.problems] == []
    assert checked.typed.kind == gives == function.gives
    assert function.about.endswith(".")


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.written)
def test_a_function_with_too_many_arguments_says_how_it_is_written(function) -> None:
    text = USES[function.written][0]
    more = text[:-1] + (", 1)" if function.arity else "1)")
    (told,) = check_text(more, NAMES).problems
    assert told.id == "DL311"
    assert told.help == f"write {function.written}"


@pytest.mark.parametrize(
    ("glob", "is_sound"),
    [
        ("params.mask", True),
        ('"OP*"', True),
        ("user.name", False),
        ("string(agent.memory)", False),
    ],
)
def test_a_glob_is_a_literal_or_a_param(glob, is_sound) -> None:
    problems = check_text(f"host.name.glob({glob})", NAMES).problems
    assert [one.id for one in problems] == ([] if is_sound else ["DL311"])


def test_a_glob_may_be_an_item_of_a_list_that_stands_in_the_rule() -> None:
    assert check_text('["OP*", "PANO-*"].exists(p, host.name.glob(p))', NAMES).problems == []
    (told,) = check_text("users.map(u, u.name).exists(p, host.name.glob(p))", NAMES).problems
    assert told.id == "DL311"


def test_every_operator_has_its_line() -> None:
    written = " ".join(one.written for one in OPERATORS).split()
    assert {"and", "or", "not", "==", "<=", "in", "+", "%", "?:"} <= set(written)
