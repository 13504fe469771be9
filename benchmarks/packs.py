"""Does a machine load a pack quickly, and refuse a hostile one before it costs anything?

Bars (language.md, sections 16 and 17): a pack of 200 rules loads within 60 ms of CPU; each hostile
file is refused within 200 ms and 64 MiB. `tests/rules/compiled/test_hostile.py` holds outcomes and
memory; the time is measured here.
"""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.cage import GROWTH, Caged, caged, extremes
from benchmarks.measure import Row, spread
from rules.compiled import builtin, canonical, limits
from rules.compiled.pack import load
from rules.errors import PackRefused

ROUNDS = 15
P = [0, 1, 1, 2]
Json = Any


@dataclass(frozen=True, slots=True)
class Case:
    """A file that is no pack: its bytes, and the code of the refusal."""

    name: str
    data: Callable[[], bytes]
    code: str = "DL704"


def whole() -> Json:
    """The built-in pack as a document that may be changed."""
    return canonical.decode(builtin.data())


def rules(count: int) -> Json:
    """The built-in pack with its rules over and over, each under an id of its own."""
    document = whole()
    found = document["rules"]
    document["rules"] = [
        {**copy.deepcopy(found[n % len(found)]), "id": f"rule-{n:04}"} for n in range(count)
    ]
    return document


def _first(**changed: Json) -> Callable[[], bytes]:
    """The built-in pack with a first rule of one list, of these keys besides."""

    def data() -> bytes:
        document = whole()
        last = document["rules"][-1]
        document["rules"][-1] = {**last, **{key: make() for key, make in changed.items()}}
        return canonical.encode(document)

    return data


def filled(item: bytes, between: bytes = b",") -> Callable[[], bytes]:
    """As large as a pack may be, all of it one array of the same."""

    def data() -> bytes:
        head, tail = b'["dentinel:pack/v1",{"dentinel":"pack/v1"},', b"1]"
        count = (limits.PACK_BYTES - len(head) - len(tail)) // (len(item) + len(between))
        return head + (item + between) * count + tail

    return data


def _deep(opening: bytes, closing: bytes, count: int) -> Callable[[], bytes]:
    return lambda: b'{"a":' + opening * count + b"1" + closing * count + b',"dentinel":"pack/v1"}'


def _nodes(count: int) -> Json:
    return ["list", P, *[["value", P, {"int": "1"}]] * count]


def _million() -> bytes:
    node = canonical.encode(_nodes(1))
    return b'{"dentinel":"pack/v1","rules":[' + (node + b",") * 1_000_000 + node + b"]}"


def _nested(depth: int) -> Json:
    leaf: Json = ["value", P, {"bool": True}]
    for _ in range(depth):
        leaf = ["not", P, leaf]
    return leaf


def _keys() -> bytes:
    return json.dumps(
        {"dentinel": "pack/v1", **{f"{n:07}": 1 for n in range(limits.PACK_BYTES // 13)}},
        separators=(",", ":"),
        sort_keys=True,
    ).encode()[: limits.PACK_BYTES]


CASES = (
    Case("nothing", lambda: b""),
    Case("a byte too many", lambda: b" " * (limits.PACK_BYTES + 1)),
    Case("empty arrays", filled(b"[]")),
    Case("empty objects", filled(b"{}")),
    Case("arrays of four numbers", filled(b"[1,2,3,4]")),
    Case("small numbers", filled(b"1")),
    Case("numbers of 16 digits", filled(b"9007199254740992")),
    Case("numbers of 15 digits", filled(b"123456789012345")),
    Case("nulls", filled(b"null")),
    Case("short strings", filled(b'"ab"')),
    Case("escaped strings", filled(b'"\\u0041"')),
    Case("a number of 2 MiB", lambda: b'{"dentinel":"pack/v1","n":' + b"1" * 2_000_000 + b"}"),
    Case("many keys", _keys),
    Case("deep arrays", _deep(b"[", b"]", 70_000)),
    Case("deep objects", _deep(b'{"a":', b"}", 70_000)),
    Case("arrays 900 deep", _deep(b"[", b"]", 900)),
    Case("no UTF-8", lambda: b'{"dentinel":"pack/v1","a":"' + b"\xff" * 2_000_000 + b'"}'),
    Case("1,000,000 nodes", _million),
    Case("a leaf of 40,000 nodes", _first(where=lambda: [_nodes(40_000)])),
    Case("a leaf 400 deep", _first(where=lambda: [_nested(400)])),
    Case("10,000 entries of where", _first(where=lambda: [_nested(0)] * 10_000)),
    Case("a title of 1 MiB", _first(title=lambda: "x" * 1_000_000)),
    Case("1,001 rules", lambda: canonical.encode({**whole(), "rules": [{}] * 1_001})),
    Case("a key twice", lambda: builtin.data().replace(b'"rules":', b'"rules":[],"rules":', 1)),
    Case(
        "another language",
        lambda: builtin.data().replace(b'"language":1', b'"language":2', 1),
        "DL705",
    ),
    Case(
        "another catalogue", lambda: canonical.encode({**whole(), "requires_facts": "2.0"}), "DL703"
    ),
)
"""One line a hostile file: add yours."""


def refused(case: Case) -> Caged:
    """What came of a file in a process of its own: the code of its refusal, and the sentence."""
    data = case.data()

    def work() -> list[str]:
        try:
            load(data)
        except PackRefused as odd:
            return [odd.code, odd.because]
        return ["taken", ""]

    return caged(work, GROWTH)


def rows() -> list[Row]:
    """One row for loading, one for the slowest and one for the largest of the hostile files."""
    seen = {case.name: refused(case) for case in CASES}
    return [_loading(200, 0.060), *extremes("section 16", "hostile packs refused", seen)]


def _loading(count: int, limit: float) -> Row:
    data = canonical.encode(rules(count))
    load(data)
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        load(data)
        times.append(time.process_time() - started)
    return Row(
        "section 17",
        f"load a pack of {count} rules, {len(data) // 1024} KiB, CPU",
        spread(times, "ms", 1000),
        "",
        f"{limit * 1000:.0f} ms",
        median(times) <= limit,
    )
