"""Tighter, looser or only another: by what the param declares, and never by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled.catalogue import param_type
from rules.compiled.literal import Literal
from rules.compiled.rule import Param
from rules.compiled.tighten import Change, compare, is_inside


def param(type_text: str, **declared: object) -> Param:
    of = param_type(type_text)
    assert of is not None
    return Param("limit", type_text, of, Literal("int", 0), **declared)


def number(value: int) -> Literal:
    return Literal("int", value)


def words(*names: str) -> Literal:
    return Literal("list", tuple(Literal("string", name) for name in names))


def truth(value: bool) -> Literal:
    return Literal("bool", value)


@pytest.mark.parametrize(
    ("declared", "below", "tighter", "looser"),
    [
        ({"tighten": "at-most"}, number(5), number(4), number(6)),
        ({"tighten": "at-least"}, number(5), number(6), number(4)),
        ({"tighten": "subset"}, words("a", "b"), words("a"), words("a", "b", "c")),
        ({"tighten": "superset"}, words("a", "b"), words("b", "c", "a"), words("a")),
        ({"tighten": "only-true"}, truth(False), truth(True), None),
        ({"tighten": "only-true"}, truth(True), None, truth(False)),
        ({"tighten": "only-false"}, truth(True), truth(False), None),
        ({"tighten": "only-false"}, truth(False), None, truth(True)),
        ({"tighten": "at-least"}, Literal("version", (1, 2)), Literal("version", (1, 10)), None),
    ],
)
def test_a_direction_says_what_is_tighter(declared, below, tighter, looser) -> None:
    of = param("int", **declared)
    assert compare(of, below, below) is Change.SAME
    if tighter is not None:
        assert compare(of, tighter, below) is Change.TIGHTENED
    if looser is not None:
        assert compare(of, looser, below) is Change.LOOSENED


def test_what_adds_to_a_subset_and_takes_from_it_is_looser() -> None:
    of = param("list<string>", tighten="subset")
    assert compare(of, words("a", "c"), words("a", "b")) is Change.LOOSENED


def test_a_param_that_loosens_loosens_by_every_change() -> None:
    of = param("list<string>", loosen=True)
    assert compare(of, words("a"), words("a", "b")) is Change.LOOSENED
    assert compare(of, words("a", "b"), words("b", "a")) is Change.SAME


def test_without_a_direction_a_change_is_a_change() -> None:
    assert compare(param("string"), Literal("string", "a"), Literal("string", "b")) is (
        Change.CHANGED
    )


def test_what_cannot_be_compared_is_never_tighter() -> None:
    nan, two = Literal("double", float("nan")), Literal("double", 2.0)
    for direction in ("at-most", "at-least"):
        assert compare(param("double", tighten=direction), nan, two) is Change.LOOSENED
    assert compare(param("int", tighten="at-most"), words("a"), number(1)) is Change.LOOSENED
    assert compare(param("int", tighten="sideways"), number(2), number(1)) is Change.LOOSENED


def test_bounds_hold_their_own_ends_and_no_nan() -> None:
    of = param("double", low=Literal("double", 1.0), high=Literal("double", 2.0))
    assert is_inside(of, Literal("double", 1.0))
    assert is_inside(of, Literal("double", 2.0))
    assert not is_inside(of, Literal("double", 2.1))
    assert not is_inside(of, Literal("double", 0.9))
    assert not is_inside(of, Literal("double", float("nan")))
    assert not is_inside(param("double"), Literal("double", float("nan")))


# --- laws ---------------------------------------------------------------------------------------

NUMBERS = st.integers(-9, 9).map(number)
LISTS = st.lists(st.sampled_from("abcde"), max_size=5).map(lambda names: words(*names))
TRUTHS = st.booleans().map(truth)
DIRECTIONS = st.sampled_from(
    [
        *((direction, NUMBERS) for direction in ("at-most", "at-least")),
        *((direction, LISTS) for direction in ("subset", "superset")),
        *((direction, TRUTHS) for direction in ("only-true", "only-false")),
    ]
)
LADDERS = DIRECTIONS.flatmap(lambda pair: st.tuples(st.just(pair[0]), *[pair[1]] * 3))
TIGHTER = (Change.SAME, Change.TIGHTENED)


@given(LADDERS)
def test_what_tightens_one_way_loosens_the_other(ladder) -> None:
    direction, one, other, _ = ladder
    of = param("int", tighten=direction)
    there, back = compare(of, one, other), compare(of, other, one)
    assert (there is Change.SAME) is (back is Change.SAME)
    assert not (there is Change.TIGHTENED and back is Change.TIGHTENED)
    if there is Change.TIGHTENED:
        assert back is Change.LOOSENED


@given(LADDERS)
def test_what_is_tighter_than_the_tighter_is_tighter(ladder) -> None:
    direction, one, other, third = ladder
    of = param("int", tighten=direction)
    if compare(of, one, other) in TIGHTER and compare(of, other, third) in TIGHTER:
        assert compare(of, one, third) in TIGHTER


@given(LADDERS, st.booleans())
def test_a_param_that_loosens_never_tightens(ladder, has_direction) -> None:
    direction, one, other, _ = ladder
    of = param("int", loosen=True, tighten=direction if has_direction else None)
    assert compare(of, one, other) in (Change.SAME, Change.LOOSENED)
