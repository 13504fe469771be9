"""Can these bytes of JSON be understood in one way only?

Readers of JSON differ on keys that stand twice, on numbers that no double holds, on what may
follow a byte order mark. Whatever two readers could take for two things is refused (RFC 7493,
I-JSON, is the model): UTF-8 without BOM, no key twice, no NaN or Infinity, no NUL, no half of a
surrogate pair, integers within ±(2^53 - 1), 16 levels at most.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeAlias

from evidence.errors import Malformed

Json: TypeAlias = Any
"""A value as a JSON reader gives it; evidence.shape makes a typed one of it."""

INTEGERS_TO = 2**53 - 1
LEVELS = 16
# Sixteen digits on end may be a number too long for a double, or stand in a string: asked before
# anything else, so that the reader need not stop at each integer.
_DIGITS = bytes(ord("0") if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
_TOO_MANY = b"0" * 16


def read(data: bytes) -> Json:
    """The one value of these bytes; Malformed if there is more than one way to read them."""
    try:
        decoder = _EXACT if _TOO_MANY in data.translate(_DIGITS) else _DECODER
        value = decoder.decode(data.decode("utf-8"))
    except RecursionError:
        raise Malformed(f"JSON deeper than {LEVELS} levels") from None
    except ValueError:
        # Python's own text quotes the document.
        raise Malformed("not JSON in UTF-8") from None
    # With no more brackets than levels nothing lies deeper, and the look for it is half the work.
    if data.count(b"{") + data.count(b"[") > LEVELS:
        _bounded(value)
    if b"\\u" in data:
        _whole_characters(value)
    return value


def write(value: Json) -> bytes:
    """Compact UTF-8; what `read` refuses cannot be written either."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def _keys_once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("a key stands twice in one JSON object")
    return members


def _exact(digits: str) -> int:
    if len(digits) > 17 or abs(number := int(digits)) > INTEGERS_TO:
        raise Malformed("an integer beyond 2^53 - 1 in JSON")
    return -number if digits[0] == "-" and number > 0 else number


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Malformed("a number in JSON that no double holds")
    return number


def _no_constant(_: str) -> NoReturn:
    raise Malformed("NaN or Infinity in JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_keys_once, parse_float=_finite, parse_constant=_no_constant
)
# Asked for each integer: only where one could be too long for a double.
_EXACT = json.JSONDecoder(
    object_pairs_hook=_keys_once,
    parse_int=_exact,
    parse_float=_finite,
    parse_constant=_no_constant,
)


def _bounded(value: Json) -> None:
    level = [value]
    for _ in range(LEVELS):
        level = [
            inner
            for outer in level
            if type(outer) in _INSIDE
            for inner in _INSIDE[type(outer)](outer)
        ]
        if not level:
            return
    if any(type(outer) in _INSIDE for outer in level):
        raise Malformed(f"JSON deeper than {LEVELS} levels")


_INSIDE: dict[type, Callable[[Json], Iterable[Json]]] = {dict: dict.values, list: iter}


def _whole_characters(value: Json) -> None:
    """Only an escape can bring in a NUL or half of a pair: raw ones end the decoding before."""
    try:
        text = json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("half of a surrogate pair in JSON") from None
    if b"\\u0000" in text.replace(b"\\\\", b""):
        raise Malformed("a NUL in JSON")
