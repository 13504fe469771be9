"""A name planted in each text of each fact of each machine stands in no sealed report.

Only where a fact tells a text openly, and the name has the form that its pattern asks for, it may
pass: a program may be called as somebody is.
"""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from evidence import minimum
from tests.agent.facts.test_no_failure_passes import MACHINES, clean
from tests.agent.host.kept.test_canary import CANARY, spellings

KEY = b"k" * 32
NUMBERS = {"n": count(1)}


def numbered(noun: str, _name: str) -> str:
    return f"{noun}-{next(NUMBERS['n'])}"


def planted(value: Any, names: Iterator[str]) -> Any:
    """The value with each of its texts replaced by a name of its own; reasons stay."""
    if isinstance(value, dict):
        return {
            key: inner if key in ("$unknown", "$missing") else planted(inner, names)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [planted(inner, names) for inner in value]
    return next(names) if isinstance(value, str) else value


def leaks(machine: str, redact: Any) -> list[str]:
    """The names that stand in what of the facts of a machine leaves it."""
    found = []
    for fact, reading in clean(machine).items():
        given: list[str] = []

        def names(given: list[str] = given) -> Iterator[str]:
            for number in count(1):
                given.append(f"{CANARY} {number:04}, Anna")
                yield given[-1]

        left = json.dumps(redact(fact, planted(reading.value, names()))).encode()
        wanted = {name: spellings(name) for name in given}
        found += [f"{fact}: {n}" for n, ways in wanted.items() if any(w in left for w in ways)]
    return found


@pytest.mark.threat("leaked-name")
@pytest.mark.parametrize("machine", MACHINES)
def test_a_name_planted_in_any_text_of_a_fact_is_in_no_report(machine) -> None:
    assert leaks(machine, lambda fact, value: minimum.redact(fact, value, numbered, KEY)) == []


OPEN = {
    *("host.name", "host.vendor", "host.model", "host.distribution", "host.edition"),
    *("software.name", "software.vendor", "software.version_text", "services.name"),
    *("patching.pending.id", "patching.pending.title", "antivirus.products.name"),
    *("listeners.process", "volumes.filesystem"),
}
"""What leaves as it is, if it has the form of its field: a computer's name, and programs."""


def texts(value: Any, at: str) -> Iterator[tuple[str, str]]:
    """Each text with its place, items without their number."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, at if name == "$items" else f"{at}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, at)
    elif isinstance(value, str):
        yield at, value


@pytest.mark.parametrize("machine", MACHINES)
def test_a_plain_word_leaves_only_where_a_fact_tells_a_text_openly(machine) -> None:
    told = set()
    for fact, reading in clean(machine).items():
        words = (f"Winterbottom{number:04}" for number in count(1))
        left = minimum.redact(fact, planted(reading.value, words), numbered, KEY)
        told |= {place for place, text in texts(left, fact) if "Winterbottom" in text}
    assert told <= OPEN


@pytest.mark.parametrize("machine", MACHINES)
def test_unsealed_the_same_names_are_found(machine) -> None:
    assert len(leaks(machine, lambda _fact, value: value)) > 40
