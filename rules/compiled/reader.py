"""How is one object of a pack read, so that nothing odd slips through?

Every key is taken once with the sort of value that it must have, and no longer than it may be;
what is left over is refused.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from rules.compiled import limits
from rules.compiled.canonical import Json

T = TypeVar("T")


class Reader:
    """Takes the keys of one JSON object; ValueError names the key that is wrong."""

    def __init__(self, wire: Json, what: str) -> None:
        if not isinstance(wire, dict):
            raise ValueError(f"{what} is no object")  # noqa: TRY004 - one kind of refusal
        self._left = dict(wire)
        self._what = what

    def text(self, key: str, limit: int = limits.TEXT_LENGTH) -> str:
        """A string that must be there, of at most `limit` characters."""
        text = self._typed(key, str)
        if len(text) > limit:
            raise ValueError(f"{key} of {self._what} is longer than {limit} characters")
        return text

    def named(self, key: str, is_name: Callable[[str], object]) -> str:
        """A string that is a name of its sort."""
        text = self.text(key)
        if not is_name(text):
            raise ValueError(f"{key} of {self._what} cannot be {text[:40]!r}")
        return text

    def optional_text(self, key: str, limit: int = limits.TEXT_LENGTH) -> str | None:
        """A string, or None if the key is not there."""
        return self.text(key, limit) if key in self._left else None

    def words(self, key: str) -> tuple[str, ...]:
        """A short array of short strings; empty if the key is not there."""
        words = self.optional_array(key)
        if len(words) > limits.WORDS or not all(map(_is_short, words)):
            raise ValueError(f"{key} of {self._what} holds too much, or what is no short text")
        return tuple(words)

    def array(self, key: str) -> list[Json]:
        """An array that must be there."""
        return self._typed(key, list)

    def optional_array(self, key: str) -> list[Json]:
        """An array; empty if the key is not there."""
        return self.array(key) if key in self._left else []

    def object(self, key: str) -> dict[str, Json]:
        """An object; empty if the key is not there."""
        return self._typed(key, dict) if key in self._left else {}

    def number(self, key: str, default: int) -> int:
        """A whole number from 1 to as many items as a list may have."""
        number = self._typed(key, int) if key in self._left else default
        if not 0 < number <= limits.ITEMS:
            raise ValueError(f"{key} of {self._what} is not from 1 to {limits.ITEMS}")
        return number

    def flag(self, key: str) -> bool:
        """True if the key is there; it says nothing but true."""
        there = key in self._left
        if self._left.pop(key, True) is not True:
            raise ValueError(f"{key} of {self._what} may only be true")
        return there

    def maybe(self, key: str, read: Callable[[Json], T]) -> T | None:
        """What `read` makes of the value; None if the key is not there."""
        return read(self._left.pop(key)) if key in self._left else None

    def has(self, key: str) -> bool:
        """Is the key there, and not taken yet?"""
        return key in self._left

    def done(self) -> None:
        """Nothing may be left over."""
        if self._left:
            raise ValueError(f"{self._what} has a key {min(self._left)[:40]!r} that is not known")

    def _typed(self, key: str, sort: type[T]) -> T:
        value = self._left.pop(key, None)
        if type(value) is not sort:
            raise ValueError(f"{key} of {self._what} is missing or of the wrong sort")
        return value


def pairs(wire: list[Json], length: int) -> list[list[Json]]:
    """Arrays of one length that begin with a name; ValueError otherwise."""
    for pair in wire:
        if not isinstance(pair, list) or len(pair) != length or not isinstance(pair[0], str):
            raise ValueError(f"an entry is no array of a name and {length - 1} more")
    return wire


def _is_short(word: Json) -> bool:
    return isinstance(word, str) and len(word) <= limits.NAME_LENGTH


def one_of(word: Json, words: Sequence[str]) -> str:
    """The word, if it is one of these; ValueError otherwise."""
    if word not in words:
        raise ValueError(f"{str(word)[:40]!r} is none of {', '.join(words)}")
    return str(word)
