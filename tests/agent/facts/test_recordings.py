"""Each recording that somebody sent gives the facts that it gave when it came.

A later collector may ask what an old recording does not hold, and then knows less; it may come to
know more; what was known it never reads as something else.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.facts.recorded import FOLDER, expected, facts

RECORDINGS = sorted(FOLDER.glob("*.jsonl"))
UNKNOWN = {"$unknown": "not_collected"}


def changed(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """Each place that was known and is now something else."""
    if after == UNKNOWN or is_unknown(before):
        return
    if isinstance(before, dict) and isinstance(after, dict) and "$items" not in before | after:
        for name in before.keys() & after.keys():
            yield from changed(before[name], after[name], f"{at}.{name}")
    elif is_list(before) and is_list(after):
        pairs = zip(items(before), items(after), strict=is_whole(after))
        for number, (one, other) in enumerate(pairs):
            yield from changed(one, other, f"{at}[{number}]")
    elif before != after:
        yield f"{at}: {before!r} was read, now {after!r}"


def is_unknown(value: Any) -> bool:
    return isinstance(value, dict) and "$unknown" in value


def is_list(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, dict) and "$items" in value)


def is_whole(value: Any) -> bool:
    return isinstance(value, list)


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else value["$items"]


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_a_recording_gives_what_it_gave(recording: Path) -> None:
    before = json.loads(expected(recording).read_text(encoding="utf-8"))
    after = facts(recording)
    assert [line for name in before for line in changed(before[name], after[name], name)] == []


def test_each_recording_has_its_facts_and_each_facts_their_recording() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {path.stem for path in RECORDINGS}
    assert RECORDINGS


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ({"on": True}, {"on": False}, False),
        ({"on": True}, {"on": UNKNOWN}, True),
        ({"on": True}, {"on": {"$unknown": "parse_error"}}, False),
        ({"on": UNKNOWN}, {"on": True}, True),
        ([{"n": 1}], {"$items": [], "$missing": "not_collected"}, True),
        ([{"n": 1}], {"$items": [{"n": 2}], "$missing": "not_collected"}, False),
    ],
)
def test_a_collector_may_know_less_or_more_and_nothing_else(before, after, is_same) -> None:
    assert (list(changed(before, after)) == []) is is_same
