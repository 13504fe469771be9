"""Facts of a machine: whatever they hold, every rule that we ship comes to a verdict of its own."""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.shaken import shaken
from rules.compiled import builtin, catalogue, limits
from rules.compiled.canonical import Json
from rules.compiled.rule import Pack
from rules.engine import explain
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.facts.base import Reading, Status
from rules.facts.types import Enum, List, Nullable, Record, Type

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
_SCALARS: Mapping[str, Json] = {
    "bool": True,
    "int": 7,
    "double": 1,
    "string": "C:",
    "duration": "900s",
    "timestamp": "2026-11-20T10:00:00Z",
    "version": "10.0.19045",
}


@cache
def seeds() -> Sequence[bytes]:
    """Each fact that a shipped rule reads."""
    return [json.dumps({name: form}).encode() for name, form in whole().items()]


@cache
def whole() -> dict[str, Json]:
    """A machine of which all is known that a shipped rule reads."""
    names = sorted({name for rule in builtin.pack().rules for name in rule.reads})
    return {name: sample(catalogue.facts()[name]) for name in names}


def sample(of: Type) -> Json:
    """The JSON form of a value of a type; a list has two items."""
    match of:
        case Nullable(inner):
            return sample(inner)
        case Enum(values):
            return values[0]
        case Record():
            return {field.name: sample(field.type) for field in of.fields}
        case List(inner):
            return [sample(inner), sample(inner)]
    return _SCALARS[of.name]


def run(content: bytes) -> None:
    """Judge the built-in pack by these facts, and by good ones that are shaken by them."""
    dice = Random(content)
    _judge(shaken(whole(), dice))
    with suppress(ValueError, RecursionError):
        _judge(json.loads(content))


def _judge(facts: Json) -> None:
    for result in judged(builtin.pack(), facts if isinstance(facts, dict) else {}):
        assert result.why != "DL809", result


def judged(pack: Pack, facts: Mapping[str, Json]) -> Iterator[Result]:
    """The results of a pack, each said in words that can do nothing but be read."""
    day = timedelta(days=1)
    read = {name: Reading(name, Status.OK, form, NOW, day) for name, form in facts.items()}
    for rule, result in zip(pack.rules, judge(pack, read, NOW), strict=True):
        assert len(result.items) <= limits.ITEMS_LISTED
        for item in result.items:
            said = explain.sentence(rule, item.clause, item.seen)
            assert len(said) <= limits.MESSAGE
            assert not {unicodedata.category(char) for char in said} & {"Cc", "Cf", "Cs"}
        yield result


WORDS = (
    *(
        b"null",
        b"true",
        b"-1",
        b"1e400",
        b"9223372036854775808",
        b'"\\ud800"',
        b'"\\u202e"',
        b"NaN",
    ),
    *(b"[", b"]", b"{", b"}", b",", b":", b'"', b"[]", b"{}", b'{"$unknown":"timeout"}'),
    *(b'{"$unknown":7}', b'{"$items":[],"$missing":"locked"}', b'"$items":', b'"$missing":"x"'),
    *(b'"9999-12-31T23:59:59Z"', b'"0001-01-01T00:00:00-23:59"', b'"-1s"', b'"315576000000s"'),
    *(b'"1.2.3.4.5.6.7.8.9"', b'"volumes":', b'"users":', b'"${params.x}"', b'"<script>"'),
)
FACTS = Target("facts", seeds, WORDS, run)
