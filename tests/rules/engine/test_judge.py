"""A pack on a machine: each part of a rule, each of its own, none taking another with it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.compiled import limits
from rules.engine import judge as judge_module
from rules.engine.judge import judge
from rules.errors import Misused
from rules.facts.base import Reason, Status, Why
from rules.verdict import Verdict

PASS, FAIL, UNKNOWN, ERROR, NA = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.ERROR,
    Verdict.NOT_APPLICABLE,
)
LOST = {"$unknown": "timeout"}
BAD = {"protection": 7}

EVERY = """
    every: volumes
    where: volume.kind == "fixed"
    each_must:
      - {that: volume.protection == "protected", say: "${volume.name} is ${volume.protection}"}
      - {that: volume.cipher != "null_cipher", say: "${volume.name} uses ${volume.cipher}"}
    if_none: IF_NONE
"""
NO = """
    no: volumes
    where: volume.protection == "unprotected"
    say: "${volume.name} is plain"
"""
SOME = """
    some: volumes
    where: volume.protection == "protected"
    at_least: 2
    say: fewer than two protected volumes
"""


def every(if_none: str = "unknown") -> str:
    return EVERY.replace("IF_NONE", if_none)


def half(*items):
    return {"$items": list(items), "$missing": "too_large"}


@pytest.mark.parametrize(
    ("changes", "verdict", "counts"),
    [
        ([{}], PASS, (1, 0, 0, 0, 0)),
        ([{}, {"protection": "unprotected"}], FAIL, (1, 1, 0, 0, 0)),
        ([{"protection": LOST}, {"protection": "unprotected"}], FAIL, (0, 1, 0, 1, 0)),
        ([{}, {"protection": LOST}], UNKNOWN, (1, 0, 0, 1, 0)),
        ([{}, BAD], ERROR, (1, 0, 1, 0, 0)),
        ([{"protection": LOST}, BAD], ERROR, (0, 0, 1, 1, 0)),
        ([{}, {"kind": "network", "protection": "unprotected"}], PASS, (1, 0, 0, 0, 1)),
        ([{"kind": LOST}], UNKNOWN, (1, 0, 0, 0, 0)),
        ([{"kind": LOST, "protection": "unprotected"}], UNKNOWN, (0, 0, 0, 1, 0)),
        ([{}, {"kind": LOST}], PASS, (2, 0, 0, 0, 0)),
        ([{"kind": LOST, "protection": 7}], UNKNOWN, (0, 0, 0, 1, 0)),
        ([{"kind": 7, "protection": "unprotected"}], ERROR, (0, 0, 1, 0, 0)),
    ],
)
def test_every_item_that_is_selected_must_hold(say, volume, changes, verdict, counts) -> None:
    volumes = [volume(f"/srv{n}", **change) for n, change in enumerate(changes)]
    result = say(every(), volumes=volumes)
    assert (result.verdict, result.n) == (verdict, counts)


@pytest.mark.parametrize("if_none", [PASS, FAIL, UNKNOWN, NA])
def test_nothing_selected_is_what_the_rule_says(say, volume, if_none) -> None:
    assert say(every(if_none), volumes=[]).verdict is if_none
    assert say(every(if_none), volumes=[volume(kind="network")]).verdict is if_none


@pytest.mark.parametrize("if_none", [FAIL, UNKNOWN, NA])
def test_what_may_be_selected_holds_back_a_pass(say, volume, if_none) -> None:
    perhaps = [volume(kind=LOST)]
    result = say(every(if_none), volumes=perhaps)
    assert (result.verdict, result.why) == (UNKNOWN, "timeout")
    assert say(every("pass"), volumes=perhaps).verdict is PASS


def test_half_a_list_proves_a_failure_and_nothing_else(say, volume) -> None:
    assert say(every("pass"), volumes=half(volume())).verdict is UNKNOWN
    assert say(every("pass"), volumes=half()).verdict is UNKNOWN
    assert say(every(), volumes=half(volume(protection="unprotected"))).verdict is FAIL
    unread = say(every(), volumes=half(volume()))
    assert [item.why for item in unread.items] == ["too_large"]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([{}], PASS),
        ([], PASS),
        ([{}, {"protection": "unprotected"}], FAIL),
        ([{"protection": LOST}], UNKNOWN),
        ([BAD, {"protection": LOST}], ERROR),
    ],
)
def test_no_item_may_be_so(say, volume, changes, verdict) -> None:
    volumes = [volume(f"/srv{n}", **change) for n, change in enumerate(changes)]
    assert say(NO, volumes=volumes).verdict is verdict


def test_no_of_half_a_list_is_unknown_or_proven_wrong(say, volume) -> None:
    assert say(NO, volumes=half(volume())).verdict is UNKNOWN
    found = say(NO, volumes=half(volume("D:", protection="unprotected")))
    assert found.verdict is FAIL
    assert [(item.item, item.clause) for item in found.items] == [("D:", 0)]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([{}, {}], PASS),
        ([{}, {}, BAD], PASS),
        ([{}], FAIL),
        ([{}, {"protection": "unprotected"}], FAIL),
        ([{}, {"protection": LOST}], UNKNOWN),
        ([{}, BAD], ERROR),
        ([BAD], FAIL),
    ],
)
def test_some_items_must_be_so(say, volume, changes, verdict) -> None:
    volumes = [volume(f"/srv{n}", **change) for n, change in enumerate(changes)]
    result = say(SOME, volumes=volumes)
    assert result.verdict is verdict
    assert (result.items == ()) is (verdict is PASS)


def test_some_of_half_a_list_is_proven_or_unknown(say, volume) -> None:
    assert say(SOME, volumes=half(volume(), volume("D:"))).verdict is PASS
    assert say(SOME, volumes=half(volume())).verdict is UNKNOWN


def test_a_list_that_nobody_read_makes_its_part_unknown(say) -> None:
    for body in (every("pass"), NO, SOME):
        result = say(body)
        assert (result.verdict, result.why) == (UNKNOWN, "not_collected")
    assert say(NO, volumes=7).verdict is ERROR


MIXED = """
    when: host.role != "nas"
    must:
      - {that: agent.elevated, say: the agent is not elevated}
      - {that: agent.memory < 9, say: the agent is heavy}
""" + EVERY.replace("IF_NONE", "not-applicable")


def test_the_worst_part_decides_and_a_proven_failure_is_the_worst(say, volume) -> None:
    def mixed(role="server", elevated=True, memory=1, volumes=()):
        agent = {"elevated": elevated, "memory": memory}
        return say(MIXED, host={"role": role}, agent=agent, volumes=list(volumes))

    assert mixed().verdict is PASS
    assert mixed(elevated=False, memory=LOST).verdict is FAIL
    assert mixed(elevated=LOST, memory="odd").verdict is ERROR
    assert mixed(elevated=LOST, memory="odd").why == "DL811"
    assert mixed(elevated=LOST).verdict is UNKNOWN
    assert mixed(volumes=[volume(protection="unprotected")]).verdict is FAIL
    assert mixed(role="nas", elevated=False).verdict is NA
    assert mixed(role=LOST, elevated=False).verdict is UNKNOWN
    assert mixed(role=7).verdict is ERROR


def test_clauses_are_numbered_must_first(say, volume) -> None:
    result = say(
        MIXED,
        host={"role": "server"},
        agent={"elevated": False, "memory": 1},
        volumes=[volume("D:", protection="converting", cipher="null_cipher")],
    )
    assert [(item.item, item.clause) for item in result.items] == [(None, 0), ("D:", 2), ("D:", 3)]
    assert result.items[1].seen == {"volume.protection": "converting", "volume.name": "D:"}


def test_only_clauses_that_came_to_what_the_item_came_to_are_listed(say, volume) -> None:
    result = say(every(), volumes=[volume(protection="unprotected", cipher=LOST)])
    assert [(item.clause, item.verdict) for item in result.items] == [(0, FAIL)]


def test_what_selected_an_item_unsurely_is_seen(say, volume) -> None:
    result = say(every(), volumes=[volume(kind=LOST, protection="unprotected")])
    assert result.items[0].seen["volume.kind"] == LOST
    assert result.items[0].why == "timeout"


def test_twenty_are_listed_the_worst_first_and_the_rest_is_counted(say, volume) -> None:
    volumes = [volume(f"/srv{n}", protection=LOST) for n in range(30)]
    volumes += [volume("D:", protection="unprotected")]
    result = say(every(), volumes=volumes)
    assert result.items[0].item == "D:"
    assert len(result.items) == limits.ITEMS_LISTED
    assert result.left_out == 11


def test_an_item_goes_by_its_first_field_or_by_its_place(say, volume) -> None:
    plain = {"protection": "unprotected"}
    volumes = [volume(LOST, **plain), volume(7, **plain), volume("x" * 100, **plain), 7]
    result = say(every(), volumes=volumes)
    assert [item.item for item in result.items[:3]] == ["volume-1", "volume-2", "x" * 64]
    assert "volume.name" not in result.items[1].seen


def test_params_can_be_changed_and_say_who_set_them(say, volume) -> None:
    body = """
        params:
          accept:
            {type: list<enum(volume.protection)>, default: [protected], basis: practice_policy}
          least: {type: int, default: 1, min: 1, max: 9, basis: practice_policy}
        must:
          - {that: "volumes.all(v, v.protection in params.accept)", say: wrong}
          - {that: volumes.size() >= params.least, say: too few}
    """
    locked = [volume(protection="locked")]
    assert say(body, volumes=locked).verdict is FAIL
    changed = say(body, {"accept": ["protected", "locked"]}, volumes=locked)
    assert changed.verdict is PASS
    assert changed.to_json()["params"]["accept"] == {
        "value": ["protected", "locked"],
        "origin": "given",
        "basis": "practice_policy",
    }
    assert str(changed.params["least"].origin) == "pack"
    for wrong in (
        {"acept": []},
        {"accept": ["open"]},
        {"accept": {"$items": [], "$missing": "timeout"}},
        {"least": 0},
        {"least": 10},
        {"least": "1"},
    ):
        with pytest.raises(Misused):
            say(body, wrong, volumes=locked)


@pytest.mark.parametrize(
    ("changed", "verdict", "why"),
    [
        ({}, PASS, None),
        ({"status": Status.PARTIAL}, PASS, None),
        ({"status": Status.ERROR}, ERROR, "DL811"),
        ({"status": Status.UNKNOWN, "value": {"$unknown": "locked"}}, UNKNOWN, "locked"),
        ({"status": Status.UNKNOWN, "value": None}, UNKNOWN, "not_collected"),
        ({"status": Status.UNSUPPORTED, "value": None}, UNKNOWN, "unsupported_os"),
        (
            {"status": Status.UNKNOWN, "value": None, "reasons": (Reason(Why.LOCKED, "x"),)},
            UNKNOWN,
            "locked",
        ),
        ({"ttl": timedelta(minutes=1), "age": timedelta(minutes=2)}, PASS, None),
        (
            {"ttl": timedelta(minutes=1), "age": timedelta(minutes=2, seconds=1)},
            UNKNOWN,
            "stale_source",
        ),
    ],
)
def test_a_fact_counts_as_much_as_its_reading(
    only, read, volume, now, changed, verdict, why
) -> None:
    age = changed.pop("age", timedelta(0))
    value = changed.pop("value", [volume()])
    reading = read("volumes", value, observed_at=now - age, **changed)
    result = judge(only("volumes-encrypted"), {"volumes": reading}, now)[0]
    assert (result.verdict, result.why) == (verdict, why)


def test_a_rule_that_needs_a_newer_catalogue_is_unknown_and_not_dropped(baseline, now) -> None:
    rules = (replace(baseline.rules[0], supported=False), *baseline.rules[1:])
    results = judge(replace(baseline, rules=rules), {}, now)
    assert len(results) == len(baseline.rules)
    assert (results[0].verdict, results[0].why) == (UNKNOWN, "not_collected")


@pytest.mark.parametrize("bug", [MemoryError, RecursionError, KeyError, TypeError])
def test_a_bug_in_one_rule_is_an_error_of_that_rule_alone(
    baseline, read, volume, now, monkeypatch, bug
) -> None:
    def broken(rule):
        if rule.id == "screen-locks":
            raise bug
        return whole(rule)

    whole = judge_module.program
    monkeypatch.setattr(judge_module, "program", broken)
    results = {r.rule: r for r in judge(baseline, {"volumes": read("volumes", [volume()])}, now)}
    assert (results["screen-locks"].verdict, results["screen-locks"].why) == (ERROR, "DL809")
    assert results["volumes-encrypted"].verdict is PASS


def test_a_result_says_all_that_a_report_and_a_page_need(only, read, volume, now) -> None:
    volumes = read("volumes", [volume(), volume("D:", protection="suspended")])
    result = judge(only("volumes-encrypted"), {"volumes": volumes}, now, stopwatch=lambda: 0)[0]
    assert result.to_json() == {
        "rule": "volumes-encrypted",
        "severity": {"value": "critical", "origin": "pack"},
        "verdict": "fail",
        "why": None,
        "n": [1, 1, 0, 0, 0],
        "items": [
            {
                "item": "D:",
                "clause": 1,
                "verdict": "fail",
                "why": None,
                "seen": {
                    "volume.protection": "suspended",
                    "volume.state_since": None,
                    "volume.name": "D:",
                },
            }
        ],
        "left_out": 0,
        "params": {
            "ciphers": {
                "value": ["xts_aes_128", "xts_aes_256", "cbc_aes_128", "cbc_aes_256", "aes_gcm"],
                "origin": "pack",
                "basis": "benchmark",
                "source": "SP800-111",
            },
            "suspension_grace": {
                "value": "86400s",
                "origin": "pack",
                "basis": "practice_policy",
            },
        },
        "steps": result.steps,
        "ms": 0,
    }
    assert 0 < result.steps < 200
