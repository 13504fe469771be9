"""A reader takes as long as its input is long, and keeps no more of it than a few times over.

Time is counted in lines of Python that are run, so that no clock decides; what a library does in
one line is watched by `make fuzz`, which stops at two seconds for 64 KiB.
"""

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from agent.readers.errors import ParseError
from tests.agent.readers.test_any_bytes import PARSERS, READERS

SIZE = 16 * 1024
MOST_TIMES = 200
"""Python keeps each short word of the input as an object or two, of 50 to 100 bytes each."""

SWELLS: dict[str, Callable[[bytes, int], bytes]] = {
    "all of it": lambda known, size: known * (size // len(known) + 1),
    "its first line": lambda known, size: first(known) * (size // len(first(known)) + 1),
    "its last line": lambda known, size: known + last(known) * (size // len(last(known)) + 1),
    "one long line": lambda known, size: first(known).rstrip() + b"a " * (size // 2),
    "brackets": lambda known, size: known[: len(known) // 2] + b"[{(<" * (size // 4),
    "zeros": lambda known, size: known + bytes(size),
}


def first(known: bytes) -> bytes:
    return known.split(b"\n")[0] + b"\n"


def last(known: bytes) -> bytes:
    return known.rstrip(b"\n").split(b"\n")[-1] + b"\n"


def steps(parse: Callable[[bytes], Any], data: bytes) -> int:
    """How many lines of our readers are run."""
    count = 0

    def went(_frame: Any, event: str, _arg: Any) -> Any:
        nonlocal count
        count += event == "line"
        return went

    def entered(frame: Any, event: str, arg: Any) -> Any:
        return went if frame.f_code.co_filename.startswith(str(READERS)) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        read(parse, data)
    finally:
        sys.settrace(before)
    return count


def read(parse: Callable[[bytes], Any], data: bytes) -> None:
    try:
        parse(data)
    except ParseError:
        return


@pytest.mark.parametrize("name", PARSERS)
def test_twice_the_input_takes_twice_the_time(name) -> None:
    parse, known = PARSERS[name]
    for what, swell in SWELLS.items():
        once, twice = (steps(parse, swell(known, size)) for size in (SIZE, 2 * SIZE))
        assert twice <= 2.2 * once + 500, what


@pytest.mark.parametrize("name", PARSERS)
def test_memory_is_bounded_by_the_input(name) -> None:
    parse, known = PARSERS[name]
    for what, swell in SWELLS.items():
        data = swell(known, 4 * SIZE)
        tracemalloc.start()
        try:
            read(parse, data)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak <= MOST_TIMES * len(data) + (1 << 20), what
