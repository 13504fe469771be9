"""One value, one byte string; nothing can hide in a file that reads back as other bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import canonical

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8")),
    lambda part: st.lists(part) | st.dictionaries(st.text(st.characters(codec="utf-8")), part),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back_and_written_the_same(value) -> None:
    data = canonical.encode(value)
    assert canonical.decode(data) == value
    assert canonical.encode(canonical.decode(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"[1]\n",
        b"1.0",
        b"1e3",
        b"NaN",
        b"9007199254740992",
        b"-0",
        b'"\\u0041"',
        b'"\\ud800"',
        b"\xff",
        b"",
        b"[" * 100_000,
    ],
)
def test_other_bytes_for_a_value_are_refused(data) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical.decode(data)


@pytest.mark.parametrize("value", [1.5, {1: 2}, 2**53, {"a": object()}, "\ud800"])
def test_what_canonical_json_cannot_say_is_refused(value) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical.encode(value)
