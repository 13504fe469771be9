"""Compiled packs: refused whole, or taken and judged; no pack makes the engine stumble.

Bent bytes are seldom canonical, and refused before a rule is looked at. So they also are the dice
by which the parts of a good pack are shaken: that reaches what reads rules and trees.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from random import Random

from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.facts import judged, sample
from benchmarks.fuzzed.shaken import shaken
from rules.compiled import builtin, canonical, catalogue
from rules.compiled.canonical import Json
from rules.compiled.operations import GENERIC, PLAIN
from rules.compiled.pack import load
from rules.errors import PackRefused


@cache
def seeds() -> Sequence[bytes]:
    """Packs of one rule each, of all that are built in."""
    document = canonical.decode(builtin.data())
    document["attestations"] = []
    return [canonical.encode({**document, "rules": [rule]}) for rule in document["rules"]]


@cache
def _facts() -> dict[str, Json]:
    return {name: sample(of) for name, of in catalogue.facts().items()}


def run(content: bytes) -> None:
    """Load these bytes, and a good pack that is shaken by them; judge what is taken."""
    _take(content)
    dice = Random(content)
    document = json.loads(dice.choice(seeds()))
    with suppress(ValueError):
        _take(canonical.encode(shaken(document, dice)))


def _take(data: bytes) -> None:
    try:
        pack = load(data)
    except PackRefused:
        return
    for result in judged(pack, _facts()):
        assert result.why != "DL809", result


WORDS = (
    *(f'["{op}",[0,1,1,9]'.encode() for op in (*GENERIC, *list(PLAIN)[:40])),
    *(f'"{op}"'.encode() for op in PLAIN),
    *(b"[", b"]", b"{", b"}", b",", b":", b'"', b"null", b"-1", b"1e9", b"9007199254740993"),
    *(
        b'{"int":"1"}',
        b'{"null":null}',
        b'{"list":[]}',
        b'{"string":"(a+)+$"}',
        b'{"double":"NaN"}',
    ),
    *(b'["name",[0,1,1,9],"volumes"]', b'["get",[0,1,1,9],["name",[0,1,1,9],"host"],"os"]'),
    *(b'"every":"users"', b'"at_least":0', b'"if_none":"pass"', b'"needs":"9.9"', b'"language":2'),
)
PACKS = Target("packs", seeds, WORDS, run)
