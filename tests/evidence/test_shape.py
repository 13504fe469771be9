"""One way in and one way out for every message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import pytest

from evidence import shape
from evidence.errors import Malformed
from evidence.marks import AtMost, Between, By, Misfit, Pattern


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Pair:
    as_array: ClassVar[bool] = True
    left: int
    right: Literal["a", "b"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    number: Annotated[int, Between(1, 3)]


def _even(value: Any) -> int:
    if value % 2:
        raise Misfit("odd")
    return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    fixed: ClassVar[Mapping[str, Any]] = {"v": 1}
    word: Literal["yes", "no"]
    text: Annotated[str, Pattern("[a-z]+")]
    flag: bool
    at: datetime
    colour: Colour
    inner: Inner | None
    pairs: Annotated[tuple[Pair, ...], AtMost(2)]
    row: tuple[int, bool]
    free: tuple[int, ...]
    by_name: Annotated[Mapping[Annotated[str, Pattern("[a-z]")], Inner], AtMost(2)]
    even: Annotated[int, By(_even)]
    from_: int = 0
    tags: tuple[bool, ...] = field(default_factory=tuple)


TRUE = {
    "v": 1,
    "word": "yes",
    "text": "abc",
    "flag": True,
    "at": "2026-11-22T13:40:00.250Z",
    "colour": "red",
    "inner": {"number": 2},
    "pairs": [[1, "a"], [2, None]],
    "row": [7, False],
    "free": [1, 2, 3],
    "by_name": {"x": {"number": 1}},
    "even": 4,
}


def test_a_message_is_read_into_its_types() -> None:
    message = shape.read(Message, TRUE, closed=True)

    assert message.at == datetime(2026, 11, 22, 13, 40, 0, 250_000, tzinfo=UTC)
    assert message.colour is Colour.RED
    assert message.pairs == (Pair(1, "a"), Pair(2, None))
    assert message.from_ == 0


def test_what_is_read_is_written_as_it_was() -> None:
    assert shape.to_json(shape.read(Message, TRUE, closed=True)) == TRUE | {"tags": []}
    given = TRUE | {"from": 5, "tags": [True], "inner": None}
    assert shape.to_json(shape.read(Message, given, closed=True)) == given


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"v": 2}, "v is not 1"),
        ({"v": True}, "v is not 1"),
        ({"word": "maybe"}, "word: not one of yes, no"),
        ({"word": ["yes"]}, "word: not one of"),
        ({"text": "ABC"}, "text: not a string of its form"),
        ({"text": 5}, "text: not a string"),
        ({"flag": 1}, "flag: not true or false"),
        ({"at": "2026-13-22T13:40:00.250Z"}, "at: not a time"),
        ({"at": "2026-11-22"}, "at: not a time"),
        ({"colour": "blue"}, "colour: not one of red"),
        ({"inner": {"number": 4}}, "inner.number: not an integer from 1 to 3"),
        ({"inner": {"number": True}}, "inner.number: not an integer"),
        ({"inner": {}}, "inner.number: is missing"),
        ({"inner": []}, "inner: not an object"),
        ({"pairs": [[1, "a"]] * 3}, "pairs: not a list of at most 2"),
        ({"pairs": [[1, "a"], [1]]}, "pairs[1]: not a list of 2"),
        ({"pairs": [[1, "a"], [-1, "a"]]}, "pairs[1][0]: not an integer"),
        ({"pairs": {}}, "pairs: not a list"),
        ({"row": [7, 1]}, "row[1]: not true or false"),
        ({"free": {}}, "free: not a list"),
        ({"by_name": {"Smith": {}}}, "by_name: not a string of its form"),
        ({"by_name": {"x": {}}}, "by_name.x.number: is missing"),
        ({"by_name": {"x": {}, "y": {}, "z": {}}}, "by_name: not an object of at most 2"),
        ({"by_name": []}, "by_name: not an object"),
        ({"even": 3}, "even: odd"),
        ({"Smith, John": 1}, "message: has a member that it may not have"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(Malformed) as refused:
        shape.read(Message, TRUE | change, closed=True)

    assert place in str(refused.value)
    assert "Smith" not in str(refused.value)


def test_an_open_reader_passes_over_what_it_does_not_know() -> None:
    assert shape.read(Message, TRUE | {"newer": 1}, closed=False).word == "yes"


@pytest.mark.parametrize("of", [str, bytes, dict, object])
def test_a_field_that_says_too_little_cannot_be_declared(of: Any) -> None:
    loose = dataclass(type("Loose", (), {"__annotations__": {"free": of}}))

    with pytest.raises(TypeError, match="too little"):
        shape.read(loose, {"free": ""}, closed=True)


def test_a_mark_that_is_none_cannot_be_declared() -> None:
    loose = dataclass(type("Loose", (), {"__annotations__": {"free": Annotated[str, "words"]}}))

    with pytest.raises(TypeError, match="no mark"):
        shape.read(loose, {"free": ""}, closed=True)
