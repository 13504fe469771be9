"""Each parser of the agent on what it knows: a value or a `ParseError`, whatever the bytes.

The words that mean something to a parser are those that stand in it: its constants.
"""

import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from agent.readers.errors import ParseError
from benchmarks.fuzzed.base import Target
from tests.agent.readers.test_any_bytes import PARSERS

ODD = (b"\0", b"\n", b"\r\n", b"\t", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"-1", b"9" * 400)


def target(name: str, parse: Callable[[bytes], Any], known: bytes) -> Target:
    """A parser as a target: watched, so that what leads further is bent again."""

    def run(data: bytes) -> None:
        try:
            parse(data)
        except ParseError:
            return

    words = (*ODD, *dict.fromkeys(_words(parse)))
    return Target(name, lambda: [known], words, run, is_watched=True)


def _words(parse: Callable[[bytes], Any]) -> Iterator[bytes]:
    """Texts and bytes that the modules of a parser are written with."""
    for module in _modules(parse):
        yield from words_of(module)


def words_of(module: ModuleType) -> Iterator[bytes]:
    """Texts and bytes that a module is written with."""
    own = tuple(vars(module).values())
    for part in own:
        if isinstance(part, FunctionType | type):
            for code in _codes(part):
                yield from _texts(code.co_consts)
    yield from _texts(own)


def _modules(parse: Callable[[bytes], Any]) -> Iterator[ModuleType]:
    """Its own; of a function that only stands before parsers, theirs."""
    inner = [parse, *(cell.cell_contents for cell in getattr(parse, "__closure__", None) or ())]
    for one in filter(callable, inner):
        if one.__module__.startswith("agent."):
            yield sys.modules[one.__module__]
        else:
            named = (one.__globals__.get(name) for name in one.__code__.co_names)
            yield from (module for module in named if isinstance(module, ModuleType))


def _codes(part: object) -> Iterator[CodeType]:
    functions = vars(part).values() if isinstance(part, type) else (part,)
    for one in functions:
        if isinstance(one, FunctionType) and one.__module__.startswith("agent."):
            yield one.__code__


def _texts(values: tuple[object, ...]) -> Iterator[bytes]:
    for value in values:
        if isinstance(value, str) and 0 < len(value) < 40:
            yield value.encode()
        elif isinstance(value, bytes) and value:
            yield value
        elif isinstance(value, tuple | frozenset | dict):
            yield from _texts(tuple(value))


READERS = tuple(target(name, parse, known) for name, (parse, known) in PARSERS.items())
