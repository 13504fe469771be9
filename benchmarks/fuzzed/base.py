"""What does a target of fuzzing promise?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A parser: good inputs, words that mean something to it, and what takes any bytes at all.

    `run` returns, whatever the bytes; errors that the parser promises are caught in it. Of one
    that `is_watched`, an input that leads where none has led before is bent again; of one that
    `is_slow`, the tests try a tenth of what they try of others.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    words: tuple[bytes, ...]
    run: Callable[[bytes], None]
    is_watched: bool = False
    is_slow: bool = False
