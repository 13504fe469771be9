"""Whatever lies where a pack should be: it is refused whole, small and soon, and nothing dies."""

import random
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import packs
from benchmarks.cage import GROWTH
from rules.compiled import builtin, canonical, limits
from rules.compiled.file import load_file
from rules.compiled.pack import load
from rules.errors import PackRefused

WHOLE = packs.whole()
P = [0, 1, 1, 2]
TRUE = ["value", P, {"bool": True}]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize("case", packs.CASES, ids=lambda case: case.name)
def test_a_hostile_file_is_refused_within_64_mib(case) -> None:
    ended = packs.refused(case)
    code, because = ended.result
    assert code == case.code
    assert 0 < len(because) < 200
    assert ended.grown <= GROWTH


def changed(**keys: Any) -> bytes:
    """The pack with these keys of its first rule of a list set otherwise."""
    rules = [*WHOLE["rules"][:-1], WHOLE["rules"][-1] | keys]
    return canonical.encode({**WHOLE, "rules": rules})


def pack_with(**keys: Any) -> bytes:
    return canonical.encode({**WHOLE, **keys})


def param(**keys: Any) -> dict[str, Any]:
    return {"n": {"type": "int", "default": {"int": "1"}, **keys}}


def many(count: int, item: Any) -> dict[str, Any]:
    return {f"p{n}": item for n in range(count)}


SAY = ["wrong"]
CLAUSE = {"that": TRUE, "say": SAY}
INT = {"type": "int", "default": {"int": "1"}}
TEXTS = {"type": "list<string>", "default": {"list": [{"string": "x"}]}}


@pytest.mark.parametrize(
    ("at_most", "too_much"),
    [
        (changed(must=[CLAUSE] * 29), changed(must=[CLAUSE] * 30)),
        (changed(where=[TRUE] * 32), changed(where=[TRUE] * 33)),
        (changed(params=many(32, INT), each_must=[CLAUSE]), changed(params=many(33, INT))),
        (
            changed(define=[[f"d{n}", TRUE] for n in range(16)]),
            changed(define=[[f"d{n}", TRUE] for n in range(17)]),
        ),
        (changed(title="x" * 100), changed(title="x" * 101)),
        (changed(plain="x" * 160), changed(plain="x" * 161)),
        (changed(fix={"any": ["x" * 1_000]}), changed(fix={"any": ["x" * 1_001]})),
        (changed(fix={"any": ["x"] * 64}), changed(fix={"any": ["x"] * 65})),
        (changed(tags=["x" * 64] * 64), changed(tags=["x"] * 65)),
        (changed(tags=["x"]), changed(tags=["x" * 65])),
        (changed(id="x" * 48), changed(id="x" * 49)),
        (
            changed(params={**WHOLE["rules"][-1]["params"], "x" * 64: INT}),
            changed(params={**WHOLE["rules"][-1]["params"], "x" * 65: INT}),
        ),
        (
            changed(
                params={
                    **WHOLE["rules"][-1]["params"],
                    "t": {**TEXTS, "default": {"list": [{"string": "x"}] * 1_000}},
                }
            ),
            changed(
                params={
                    **WHOLE["rules"][-1]["params"],
                    "t": {**TEXTS, "default": {"list": [{"string": "x"}] * 1_001}},
                }
            ),
        ),
        (
            changed(
                where=[
                    [
                        "eq.string",
                        P,
                        ["value", P, {"string": "é" * 2_048}],
                        ["value", P, {"string": ""}],
                    ]
                ]
            ),
            changed(
                where=[
                    [
                        "eq.string",
                        P,
                        ["value", P, {"string": "é" * 2_048}],
                        ["value", P, {"string": "x"}],
                    ]
                ]
            ),
        ),
        (changed(place=[0, 1 << 20, 1, 1]), changed(place=[0, (1 << 20) + 1, 1, 1])),
        (
            pack_with(retired=[["gone", "1.0.0", "why"]]),
            pack_with(retired=[["volumes-encrypted", "1.0.0", "why"]]),
        ),
    ],
)
def test_what_is_at_a_limit_is_taken_and_one_more_is_not(at_most, too_much) -> None:
    assert load(at_most)
    with pytest.raises(PackRefused) as refused:
        load(too_much)
    assert refused.value.code == "DL704"


@pytest.mark.parametrize(
    "data",
    [
        changed(id="Volumes"),
        changed(needs="soon"),
        changed(place=[0, 1, 2, 1]),
        changed(place=[0, 1, 1, "2"]),
        changed(params=param(tighten="downhill")),
        changed(params=param(default={"int": "01"})),
        changed(params=param(default={"duration": "60.0s"})),
        changed(params=param(type="list<int>", default={"list": [{"int": "1"}]}, min={"list": []})),
        changed(define=[["x", TRUE], ["x", TRUE]]),
        changed(define=[["users", TRUE]]),
        changed(define=[["params", TRUE]]),
        changed(define=[["9", TRUE]]),
        changed(at_least=0),
        changed(every="volumes.../"),
        changed(
            where=[
                [
                    "matches.string",
                    P,
                    ["get", P, ["name", P, "volume"], "name"],
                    ["value", P, {"string": "(a"}],
                ]
            ]
        ),
        changed(
            where=[
                [
                    "matches.string",
                    P,
                    ["get", P, ["name", P, "volume"], "name"],
                    ["get", P, ["name", P, "volume"], "name"],
                ]
            ]
        ),
        changed(where=[["get", P, ["name", P, "volume"], "no such field"]]),
        changed(where=[["all", P, ["name", P, "volumes"], "a b", TRUE]]),
        changed(fix={"any": [["params"]]}),
        changed(fix={"any": [["host", "name"]]}),
        pack_with(pack="Dental Baseline"),
        pack_with(version="1.0"),
        pack_with(version="1.0.0-rc1"),
        pack_with(requires_facts="1"),
        pack_with(citations="today"),
        pack_with(citations="2026-13-01"),
        pack_with(sources=[["../disks.yaml", "0" * 64]]),
        pack_with(sources=[["disks.yaml", "0" * 63]]),
        pack_with(sources=[["disks.yaml", "0" * 64]] * 2),
        pack_with(retired=[["Gone", "1.0.0", "why"]]),
        pack_with(retired=[["gone", "1.0", "why"]]),
        pack_with(retired=[["gone", "1.0.0", "x" * 1_001]]),
    ],
)
def test_what_no_checker_of_ours_writes_is_refused(data) -> None:
    with pytest.raises(PackRefused) as refused:
        load(data)
    assert refused.value.code == "DL704"


def test_the_collection_of_garbage_goes_on_after_a_refusal() -> None:
    import gc

    assert gc.isenabled()
    with pytest.raises(PackRefused):
        load(builtin.data()[:-1])
    assert gc.isenabled()
    load(builtin.data())
    assert gc.isenabled()


def test_a_file_is_read_no_further_than_a_pack_can_be_long(tmp_path) -> None:
    path = tmp_path / "endless.json"
    with path.open("wb") as endless:
        endless.truncate(1 << 40)
    with pytest.raises(PackRefused, match=r"endless\.json is refused: 2097153 bytes are more"):
        load_file(path)


@given(st.integers(0, 2**32))
def test_bytes_of_a_pack_that_were_changed_are_refused_or_mean_what_they_say(seed) -> None:
    chance = random.Random(seed)
    data = bytearray(builtin.data())
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 40)]
            case 2:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randint(1, 40)]
            case 3:
                data[at : at + 1] = chance.choice([b"0", b"9", b'"', b"[", b"}", b"null", b"-1"])
    try:
        pack = load(bytes(data))
    except PackRefused:
        return
    assert 0 < len(pack.rules) <= limits.RULES
