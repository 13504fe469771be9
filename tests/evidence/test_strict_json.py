"""Can these bytes be understood in one way only?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import strict_json
from evidence.errors import Malformed

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
INTEGERS = st.integers(-strict_json.INTEGERS_TO, strict_json.INTEGERS_TO)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_as_it_was(value: object) -> None:
    assert strict_json.read(strict_json.write(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b"-1e999",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b'"\\u0000"',
        b'"\x00"',
        b'"\\ud800"',
        b'{"\\udc00":1}',
        b"[" * 17 + b"]" * 17,
        b"[" * 100_000,
        b"{} {}",
    ],
)
def test_what_two_readers_could_take_for_two_things_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        strict_json.read(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"9007199254740991", 9007199254740991),
        (b"-9007199254740991", -9007199254740991),
        (b'"1234567890123456"', "1234567890123456"),
        (b"[" * 16 + b"]" * 16, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
        (b"[" * 16 + b"1" + b"]" * 16, [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]),
        (b'"\\\\u0000"', "\\u0000"),
        (b'"\\ud83e\\uddb7"', "\U0001f9b7"),
        (b"[1.5]", [1.5]),
        (b"[-0, 12345678901234567e-9]", [0, 12345678.901234567]),
    ],
)
def test_what_is_at_the_limit_is_read(data: bytes, value: object) -> None:
    assert strict_json.read(data) == value


def test_an_error_never_quotes_the_document() -> None:
    with pytest.raises(Malformed) as refused:
        strict_json.read(b'{"Smith, John": Smith}')

    assert "Smith" not in str(refused.value)


def test_what_cannot_be_read_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        strict_json.write(float("nan"))
