"""Which bytes stand for a JSON value? One value, one byte string.

UTF-8, keys sorted, no spaces; only objects, arrays, strings, true, false, null and integers below
2^53. Nobody re-serialises to verify: canonical means that the same sources give the same bytes,
and that a double key or an odd number cannot hide in a file.
"""

from typing import Any, NoReturn, TypeAlias

Json: TypeAlias = Any

_INT_LIMIT = 1 << 53
_DIGITS = bytes(0x30 if byte in b"0123456789" else 0x20 for byte in range(256))


def encode(value: Json) -> bytes:
    """The bytes of a JSON value; ValueError if it holds what canonical JSON cannot say."""
    _refuse_odd(value)
    return _bytes(value)


def decode(data: bytes) -> Json:
    """Read canonical bytes; ValueError if they are no JSON, or not these very bytes."""
    import json  # noqa: PLC0415 - judging reads no bytes

    # A hook for each number costs time, and nearly no file has one of 16 digits.
    whole = _whole if b"0" * 16 in data.translate(_DIGITS) else int
    try:
        value = json.loads(
            data.decode("utf-8"), parse_int=whole, parse_float=_refuse, parse_constant=_refuse
        )
        again = _bytes(value)
    except UnicodeDecodeError as odd:
        raise ValueError(f"byte {odd.start} is not UTF-8") from odd
    except json.JSONDecodeError as odd:
        raise ValueError(f"character {odd.pos} is not JSON: {odd.msg}") from odd
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep
    if again != data:
        raise ValueError("not canonical: a key stands twice, or keys or spaces are out of order")
    return value


def _bytes(value: Json) -> bytes:
    import json  # noqa: PLC0415 - as above

    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as odd:
        raise ValueError("a string holds half a character (a lone surrogate)") from odd


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text[:40]} is no whole number")


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) >= _INT_LIMIT:
        raise ValueError(f"{text[:20]} is not below 2^53")
    return int(text)


def _refuse_odd(value: Json) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if not all(isinstance(key, str) for key in one):
                raise ValueError("a key is no string")
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        elif isinstance(one, int):
            if not -_INT_LIMIT < one < _INT_LIMIT:
                raise ValueError(f"a number of {one.bit_length()} bits is not below 2^53")
        elif not (one is None or isinstance(one, str)):
            raise ValueError(f"{type(one).__name__} has no canonical form")
