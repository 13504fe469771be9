"""A constant has one wire form, and nothing else reads as one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import instants, literal
from rules.compiled.literal import Literal

SCALARS = st.one_of(
    st.just(literal.NULL),
    st.booleans().map(lambda value: Literal("bool", value)),
    st.integers(literal.INT_MIN, literal.INT_MAX).map(lambda value: Literal("int", value)),
    st.floats(allow_nan=False).map(lambda value: Literal("double", value)),
    st.text().map(lambda value: Literal("string", value)),
    st.text().map(lambda value: Literal("enum", value)),
    st.integers(-instants.LONGEST, instants.LONGEST).map(lambda v: Literal("duration", v)),
    st.integers(instants.FIRST, instants.LAST).map(lambda v: Literal("timestamp", v)),
    st.lists(st.integers(0, 9_999_999_999), min_size=1, max_size=8).map(
        lambda numbers: Literal("version", literal.version(".".join(map(str, numbers))))
    ),
)
LITERALS = SCALARS | st.lists(SCALARS).map(lambda items: Literal("list", tuple(items)))


@given(LITERALS)
def test_a_constant_is_read_as_it_was_written(constant) -> None:
    assert literal.read(literal.write(constant)) == constant


def test_odd_doubles_have_names() -> None:
    assert literal.write(Literal("double", -0.0)) == {"double": "-0.0"}
    assert math.isnan(literal.read({"double": "NaN"}).value)
    assert literal.write(Literal("double", math.inf)) == {"double": "Infinity"}


@pytest.mark.parametrize(
    "wire",
    [
        7,
        {},
        {"int": "1", "bool": True},
        {"int": 1},
        {"int": "+1"},
        {"int": "9223372036854775808"},
        {"int": "1_0"},
        {"double": "1.50"},
        {"double": "inf"},
        {"bool": "true"},
        {"null": False},
        {"string": 1},
        {"version": "1.x"},
        {"duration": "15m"},
        {"timestamp": "2026-11-22"},
        {"timestamp": "2026-11-22T10:00:00+00:00"},
        {"string": "\ud800"},
        {"enum": "\udfff"},
        {"int": "9" * 5_000},
        {"list": {}},
        {"list": [7]},
        {"uint": "7"},
    ],
)
def test_what_is_no_wire_form_is_refused(wire) -> None:
    with pytest.raises(ValueError, match=r"."):
        literal.read(wire)


def test_plain_values_are_the_json_form_of_facts() -> None:
    words = Literal("list", (Literal("enum", "tpm"), Literal("duration", 900 * instants.SECOND)))
    assert literal.plain(words) == ["tpm", "900s"]
    assert literal.plain(Literal("int", 7)) == 7
    assert literal.plain(Literal("version", (1, 2))) == "1.2"
