"""How is a good input bent? Dropped, repeated, swollen, spliced, or with a word set in."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.fuzzed.base import Target

MOST_BYTES = 64 * 1024


def bent(target: Target, dice: random.Random, further: Sequence[bytes] = ()) -> bytes:
    """One of the target's good inputs, or of those that led further, changed in a few places."""
    again = further and dice.random() < 0.8
    data = dice.choice(further if again else target.seeds())
    for _ in range(dice.randint(1, 6)):
        data = bent_once(data, target.words, dice, target.seeds())
    return data


def bent_once(
    data: bytes, words: Sequence[bytes], dice: random.Random, others: Sequence[bytes] = ()
) -> bytes:
    """Changed in one place; `words` may be set in, and pieces of `others` spliced in."""
    changed = bytearray(data)
    dice.choice(_BENDS)(changed, _With(words, others or (data,)), dice)
    return bytes(changed[:MOST_BYTES])


@dataclass(frozen=True, slots=True)
class _With:
    words: Sequence[bytes]
    seeds: Sequence[bytes]


def _drop(data: bytearray, _: _With, dice: random.Random) -> None:
    start, end = _stretch(data, dice)
    del data[start:end]


def _repeat(data: bytearray, _: _With, dice: random.Random) -> None:
    start, end = _stretch(data, dice)
    data[end:end] = data[start:end] * dice.choice((1, 2, 3, 50, 2_000))
    del data[MOST_BYTES:]


def _insert(data: bytearray, having: _With, dice: random.Random) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = dice.choice(having.words)


def _replace(data: bytearray, having: _With, dice: random.Random) -> None:
    word = dice.choice(having.words)
    at = dice.randint(0, len(data))
    data[at : at + len(word)] = word


def _flip(data: bytearray, _: _With, dice: random.Random) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.randrange(256)


def _splice(data: bytearray, having: _With, dice: random.Random) -> None:
    other = dice.choice(having.seeds)
    start, end = _stretch(other, dice)
    at = dice.randint(0, len(data))
    data[at:at] = other[start:end]


def _stretch(data: Sequence[int], dice: random.Random) -> tuple[int, int]:
    start = dice.randint(0, len(data))
    return start, min(len(data), start + dice.choice((1, 2, 5, 20, 200)))


_BENDS: tuple[Callable[[bytearray, _With, random.Random], None], ...] = (
    _drop,
    _repeat,
    _insert,
    _insert,
    _replace,
    _flip,
    _splice,
)
