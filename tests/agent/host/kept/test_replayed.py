"""A recording that was cleaned gives the facts of its machine, but for the names."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.index import afar
from agent.facts.users.names import is_generic
from agent.host.kept.home import PLACE
from agent.host.recorded import RecordedHost
from agent.host.recording import Header, read, write
from agent.host.redaction import redact
from tests.agent.facts.clinic import NOW, about
from tests.agent.host.kept.machines import NAMES, recorded

NAMED = frozenset({"name", "id", "serial", "mount", "path", "address", "process", "version_text"})
"""Leaves of facts that hold what is replaced."""


def renamed(before: Any, after: Any, leaf: str = "") -> Iterator[tuple[Any, Any]]:
    """Each pair of leaves that differ; all else must be the same."""
    if isinstance(before, dict) and isinstance(after, dict):
        assert before.keys() == after.keys()
        for name in before:
            yield from renamed(before[name], after[name], name)
    elif isinstance(before, list) and isinstance(after, list):
        assert len(before) == len(after)
        for one, other in zip(before, after, strict=True):
            yield from renamed(one, other, leaf)
    elif before != after:
        assert leaf in NAMED, f"{leaf}: {before!r} became {after!r}"
        yield before, after


@pytest.mark.parametrize("machine", NAMES)
def test_a_cleaned_recording_gives_the_same_facts_but_for_the_names(machine) -> None:
    recorder, before = recorded(machine)
    calls, _ = redact(recorder.os, recorder.calls, (), is_generic)
    text = write(Header(recorder.os, elevated=True, taken_at=NOW, origin="made"), calls)

    elsewhere = replace(about(), home=PLACE)
    after = gather(RecordedHost(*read(text)), elsewhere, None, afar(recorder.os))

    pairs = {pair for name in before for pair in renamed(before[name].value, after[name].value)}
    assert {name: one.status for name, one in after.items()} == {
        name: one.status for name, one in before.items()
    }
    names, stand_ins = zip(*pairs, strict=True) if pairs else ((), ())
    assert len(set(names)) == len(set(stand_ins)) == len(pairs)
