"""A value says what it is in one form, and nothing else is read as one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import instants, limits
from rules.engine.open import wire
from rules.engine.open.values import Fields, Map, Tagged, Word, as_key
from rules.engine.values import Gap, Listing

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WHY = st.sampled_from(["timeout", "not_collected", "access_denied"])
KEYS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
SCALARS = st.one_of(
    st.none(),
    KEYS,
    st.floats(allow_nan=False),
    TEXTS.map(Word),
    st.integers(-instants.LONGEST, instants.LONGEST).map(lambda n: Tagged("duration", n)),
    st.integers(instants.FIRST, instants.LAST).map(lambda n: Tagged("timestamp", n)),
    st.just(Tagged("version", (10, 0, 19045))),
)


def listings(inner):
    items = st.lists(inner, max_size=4).map(tuple)
    return st.builds(Listing, items, st.none() | WHY.map(lambda code: Gap(code, at="x")))


def maps(inner):
    pairs = st.lists(st.tuples(KEYS, inner), max_size=4)
    return pairs.map(lambda found: Map({as_key(key): value for key, value in found}))


def records(inner):
    return st.dictionaries(TEXTS, inner, max_size=4).map(lambda fields: Fields(fields, "x"))


VALUES = st.recursive(SCALARS, lambda inner: listings(inner) | maps(inner) | records(inner))


@given(VALUES)
def test_a_value_is_read_as_it_was_written(value) -> None:
    form = wire.write(value)
    assert wire.write(wire.read(form, "x")) == form


def test_odd_doubles_are_read_by_their_names() -> None:
    assert math.isnan(wire.read({"double": "NaN"}, "x"))
    assert wire.write(wire.read({"double": "-0.0"}, "x")) == {"double": "-0.0"}
    assert wire.read({"double": "-Infinity"}, "x") == -math.inf


def test_what_is_unknown_knows_its_path() -> None:
    form = {"record": {"volumes": {"list": [{"record": {"cipher": {"unknown": "timeout"}}}]}}}
    volumes = wire.read(form, "host").get("volumes")
    assert volumes.items[0].get("cipher") == Gap("timeout", at="host.volumes[0].cipher")
    assert volumes.items[0].get("name").at == "host.volumes[0].name"


@pytest.mark.parametrize(
    "form",
    [
        7,
        None,
        [],
        {},
        "x",
        {"int": 7},
        {"int": "07"},
        {"int": "+7"},
        {"int": "9223372036854775808"},
        {"int": "7", "bool": True},
        {"double": 1.5},
        {"double": "1.50"},
        {"double": "1e400"},
        {"bool": "true"},
        {"null": 0},
        {"string": None},
        {"string": "\ud800"},
        {"duration": "15m"},
        {"duration": "1.0000000001s"},
        {"timestamp": "2026-11-22T10:00:00+01:00"},
        {"timestamp": "2026-11-22T10:00:00"},
        {"version": "1.x"},
        {"list": {}},
        {"list": [7]},
        {"list": [], "missing": "because"},
        {"list": [], "more": "timeout"},
        {"map": {}},
        {"map": [[{"int": "1"}]]},
        {"map": [[{"double": "1.0"}, {"int": "1"}]]},
        {"map": [[{"null": None}, {"int": "1"}]]},
        {"map": [[{"unknown": "timeout"}, {"int": "1"}]]},
        {"map": [[{"int": "1"}, {"int": "1"}], [{"int": "1"}, {"int": "2"}]]},
        {"map": [[{"string": "a"}, {"int": "1"}], [{"enum": "a"}, {"int": "2"}]]},
        {"record": []},
        {"record": {"a": 1}},
        {"unknown": "because"},
        {"unknown": None},
        {"color": "red"},
    ],
)
def test_anything_else_is_no_value(form) -> None:
    with pytest.raises(wire.NoValue, match=r"."):
        wire.read(form, "x")


@pytest.mark.parametrize("form", [{"uint": "7"}, {"bytes": "00ff"}, {"list": [{"uint": "7"}]}])
def test_what_rules_do_not_have_is_told_apart(form) -> None:
    with pytest.raises(wire.Unsupported, match="there is no"):
        wire.read(form, "x")


def test_a_value_may_be_neither_too_deep_nor_too_long() -> None:
    deep: dict = {"int": "1"}
    for _ in range(limits.LEAF_DEPTH):
        deep = {"list": [deep]}
    with pytest.raises(wire.TooBig):
        wire.read(deep, "x")
    with pytest.raises(wire.TooBig):
        wire.read({"list": [{"null": None}] * (limits.ITEMS + 1)}, "x")
    with pytest.raises(wire.TooBig):
        wire.read({"map": [[{"int": "1"}, {"null": None}]] * (limits.ITEMS + 1)}, "x")


@given(VALUES)
def test_what_fits_a_line_is_not_too_big(value) -> None:
    assert not wire.is_too_big(value)


def test_what_does_not_fit_a_line_is_too_big_before_it_is_written() -> None:
    row = Listing(("x" * 1_000,) * 1_000)
    assert not wire.is_too_big(Listing((row.items[0],) * 1_000))
    assert wire.is_too_big(Listing((row,) * 2_000))


def test_plain_values_are_those_of_facts() -> None:
    form = {
        "record": {
            "name": {"string": "C:"},
            "protection": {"enum": "protected"},
            "cipher": {"null": None},
            "after": {"duration": "900s"},
            "size": {"unknown": "timeout"},
            "ports": {"list": [{"int": "104"}], "missing": "timeout"},
        }
    }
    assert wire.plain(wire.read(form, "")) == {
        "name": "C:",
        "protection": "protected",
        "cipher": None,
        "after": "900s",
        "size": {"$unknown": "timeout"},
        "ports": {"$items": [104], "$missing": "timeout"},
    }
