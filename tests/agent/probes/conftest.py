"""Fixtures of the tests of native calls."""

from collections.abc import Iterator

import pytest

from tests.agent.probes.windows import COMPILER, Wine


@pytest.fixture(scope="session")
def wine(needs, tmp_path_factory) -> Iterator[Wine]:
    """A Windows of Wine, with a compiler for it."""
    needs("wine")
    needs(COMPILER)
    windows = Wine(tmp_path_factory.mktemp("windows"))
    yield windows
    windows.end()
