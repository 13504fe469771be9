"""Which characters may stand at one place of a pattern?

A set of code points, as ranges that are in order and do not touch.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_LAST = 0x10FFFF

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Charset:
    """A set of characters: ranges of code points, both ends in."""

    ranges: tuple[Range, ...]

    @property
    def edges(self) -> tuple[int, ...]:
        """Where the ranges begin and end; a code point is in if an odd number lie at or below."""
        return tuple(edge for low, high in self.ranges for edge in (low, high + 1))


def charset(ranges: Iterable[Range]) -> Charset:
    """The characters of all these ranges, in whatever order they come."""
    joined: list[Range] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return Charset(tuple(joined))


def single(char: str) -> Range:
    """The range of one character."""
    return ord(char), ord(char)


def all_but(characters: Charset) -> Charset:
    """Every other character there is, line ends too."""
    edges = [0, *characters.edges, _LAST + 1]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return Charset(tuple((low, high - 1) for low, high in gaps if low < high))


def folded(ranges: Iterable[Range]) -> list[Range]:
    """The ranges, and what their characters become in text whose case was folded."""
    found: list[Range] = []
    for low, high in ranges:
        found.append((low, high))
        if max(low, _A) <= min(high, _Z):
            found.append((max(low, _A) + _TO_SMALL, min(high, _Z) + _TO_SMALL))
        small = chr(low).casefold()
        if low == high and len(small) == 1:
            found.append(single(small))
    return found


_A, _Z = ord("A"), ord("Z")
_TO_SMALL = ord("a") - _A
