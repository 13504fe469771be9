"""docs/verified.md keeps its word: each test of a fact is held against it."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.agent.facts.observed import Cell, observing
from tests.agent.facts.verified import LEFT_OUT, PAGE, REWRITING, counted, name_of, named


@cache
def told() -> dict[Cell, str]:
    return named(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def verified(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test reads stands on the page, and what the page names it for it reads."""
    with observing() as seen:
        yield
    writing = request.config.pluginmanager.is_blocked(REWRITING)
    if writing or request.node.path.name in LEFT_OUT:
        return
    read = counted(request.node, seen)
    # What this machine shows differs from one to the next: the page may know less of it.
    more = {cell for cell in read if cell.by != "live"} - told().keys()
    assert not more, f"docs/verified.md does not say that this is read, run make docs: {more}"
    if name_of(request.node) == request.node.nodeid:
        asked = {cell.answered() for cell in seen}
        less = {cell for cell, test in told().items() if test == request.node.nodeid} - asked
        assert not less, f"docs/verified.md says that this test reads {less}: run make docs"
