"""Write docs/verified.md and rules/facts/real.py anew: `python -m tests.agent.facts.verified`.

The tests of the facts are run, and each is watched: the page holds what they read and nothing
else. conftest.py beside this file lets no test pass that reads what the page does not say, or no
longer reads what the page names it for.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from agent.facts.index import everywhere
from rules.facts.index import FACTS
from rules.workbench.markdown import table
from tests.agent.facts.observed import ASKED, Cell, observing

HOUSE = Path(__file__).parents[3]
PAGE = HOUSE / "docs" / "verified.md"
MODULE = HOUSE / "rules" / "facts" / "real.py"
REWRITING = "verified"
"""Blocked, as a plug-in of pytest, while the page is written: no test is held against it then."""
_TESTS = "tests/agent/facts"
LEFT_OUT = ("test_verified.py", "test_no_failure_passes.py")
"""What reads the page itself, and what only bends what others read."""
_TITLES = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
_REALLY = {"linux": "Linux", "windows": "Windows", "macos": "Mac"}
_REAL = ("live", "recorded (field)", "recorded (live)")
_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| `([^`]+)` \|$", re.MULTILINE)

_HEAD = """\
# What each fact has been read from

Written by `make docs` from the tests: each test of a fact is watched while it runs, and what it
reads, of which system and from what, stands here.

- **live**: a test reads it on a real system: the one that runs the tests, or one that they start.
- **tree**: a test reads it on a machine written by hand, file by file.
- **recorded**: a test reads it from a recording. *field*: of a real machine; *made*: written from
  the documents of the vendor; *wine*: of Windows' interfaces as Wine has them.
- **untested**: there is a collector, and no test has had a value from it.
- **none**: there is no collector; the fact is `unsupported` there, and its rules are unknown.

A tree or a made recording shows that a value is read as we understood it, never that the system
means by it what we think."""

_REAL_HEAD = """\
\"\"\"On which real systems has a test read each fact? Written by `make docs` from the tests.\"\"\"

from collections.abc import Mapping

READ_FOR_REAL: Mapping[str, tuple[str, ...]] = {"""


class Watcher:
    """A plug-in of pytest: which passed test has read what."""

    def __init__(self) -> None:
        self.seen: dict[Cell, set[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        with observing() as seen:
            yield
        for cell in counted(item, seen):
            self.seen.setdefault(cell, set()).add(name_of(item))


def counted(item: pytest.Item, seen: set[Cell]) -> set[Cell]:
    """What of it counts: of this machine only what a test marked live reads."""
    is_live = item.get_closest_marker("live") is not None
    return {cell for cell in seen if cell.by != ASKED and (is_live or cell.by != "live")}


def name_of(item: pytest.Item) -> str:
    """Its file, and its function without parameters."""
    return item.nodeid.partition("[")[0]


def named(page: str) -> dict[Cell, str]:
    """The cells of a page, each with the test that it names."""
    return {Cell(fact, on, by): test for fact, on, by, test in _ROW.findall(page)}


def page(seen: Mapping[Cell, set[str]]) -> str:
    """The page for what the tests have read."""
    told = {cell: _nearest(cell, tests) for cell, tests in seen.items()}
    order = {fact.name: number for number, fact in enumerate(FACTS)}
    rows = sorted(told.items(), key=lambda row: (order[row[0].fact], row[0]))
    return "\n".join(
        [
            *(_HEAD, "", _unseen(set(told)), ""),
            *table(["fact", *_TITLES.values()], (_line(fact.name, set(told)) for fact in FACTS)),
            *("## Where to look", "", "One test of each, first those of the fact's own file.", ""),
            *table(
                ["fact", "system", "from", "test"],
                ([f"`{cell.fact}`", cell.on, cell.by, f"`{test}`"] for cell, test in rows),
            ),
        ]
    )


def real(cells: Iterable[Cell]) -> str:
    """The module that tells the program on which real systems each fact has been read."""
    seen = {(cell.fact, cell.on) for cell in cells if cell.by in _REAL}
    rows = []
    for fact in FACTS:
        systems = tuple(on for on in _TITLES if (fact.name, on) in seen)
        rows.append(f"    {fact.name!r}: {systems!r},".replace("'", '"'))
    return "\n".join([_REAL_HEAD, *rows, "}", ""])


def _unseen(cells: set[Cell]) -> str:
    """Which systems no test has really seen."""
    seen = {cell.on for cell in cells if cell.by in _REAL}
    unseen = [name for on, name in _REALLY.items() if on not in seen]
    if not unseen:
        return "Every system has been read for real."
    return f"**Nothing of this has run on a real {' or '.join(unseen)} yet.**"


def _line(fact: str, cells: set[Cell]) -> list[str]:
    return [f"`{fact}`", *(_ways(fact, on, cells) for on in _TITLES)]


def _ways(fact: str, on: str, cells: set[Cell]) -> str:
    ways = sorted(cell.by for cell in cells if (cell.fact, cell.on) == (fact, on))
    answered = any(one.fact.name == fact and on in one.on for one in everywhere())
    return ", ".join(ways) or ("untested" if answered else "none")


def _nearest(cell: Cell, tests: set[str]) -> str:
    """The test in the fact's own file, else one of a few facts, else the first by name."""
    of_all = ("test_gather.py", "test_clinic.py")

    def distance(test: str) -> tuple[bool, bool, str]:
        return f"test_{cell.fact}" not in test, any(name in test for name in of_all), test

    return min(tests, key=distance)


def main() -> int:
    """Run the tests and write the page; the code of pytest if one of them fails."""
    watcher = Watcher()
    words = ["-q", "--no-header", "-p", "no:cacheprovider"]
    left_out = [f"--ignore={HOUSE / _TESTS / name}" for name in LEFT_OUT]
    code = pytest.main(
        [*words, "-p", f"no:{REWRITING}", *left_out, str(HOUSE / _TESTS)], plugins=[watcher]
    )
    if code == pytest.ExitCode.OK:
        PAGE.write_text(page(watcher.seen), encoding="utf-8", newline="\n")
        MODULE.write_text(real(watcher.seen), encoding="utf-8", newline="\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
