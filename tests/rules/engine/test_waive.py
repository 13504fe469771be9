"""Waivers lie over verdicts and make none: whole, by item, by the clock that is given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.compiled import builtin, instants
from rules.compiled.assignment import Assignment, Match
from rules.compiled.grant import DAY, Grant
from rules.compiled.waiver import Waiver
from rules.engine.judge import judge
from rules.engine.waive import Judged, Kind, Overlay, overlay
from rules.errors import Place
from rules.facts.base import Reading, Status
from rules.language.files import read_file
from rules.language.waivers import read_waivers
from rules.verdict import Verdict

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
AT = instants.of_datetime(NOW)
PACK = builtin.pack()
SCAN = Assignment(None, "bright-smiles", frozenset({"site:main"}), "SCAN-02")
SCANNER, STRANGER = "k:7Q2fM1xTz0aB", "k:AAAAAAAAAAAA"


def stick(name: str, serial: str, **changed: Any) -> dict[str, Any]:
    return {
        "name": name,
        "serial": serial,
        "attached": True,
        "protection": "unprotected",
        **changed,
    }


def judged(devices: Any, machine: Assignment = SCAN, rule: str = "usb-storage-blocked") -> Judged:
    value = {"control": "read_only", "devices": devices, "gaps": [], "layers": []}
    reading = Reading("usb_storage", Status.OK, value, NOW, timedelta(minutes=5))
    readings = {"usb_storage": reading}
    alone = replace(PACK, rules=(PACK.rule(rule),))
    return Judged(machine, judge(alone, readings, NOW, stopwatch=lambda: 0), readings)


def waiver(identifier: str = "W-1", *items: str, **changed: Any) -> Waiver:
    leaves = "".join(f"      - '{leaf}'\n" for leaf in items)
    text = f"""dentinel: waivers/v1
waivers:
  - id: {identifier}
    rule: usb-storage-blocked
    scope: {{machine: SCAN-02}}
{f"    items:{chr(10)}{leaves}" if items else ""}    reason: the scanner exports only over USB
    risk_owner: dr_lee
    from: "2026-11-01"
    until: "2027-01-31"
"""
    problems: list = []
    file = read_file("waivers.yaml", text.encode(), problems)
    assert file is not None
    found = read_waivers(file, [PACK], UTC, problems)
    assert problems == []
    return replace(found[0], **changed)


def lay(waivers: list[Waiver], *machines: Judged, now: datetime = NOW) -> Overlay:
    return overlay(waivers, [PACK], machines, now)


OF_SCANNER = f'device.serial == "{SCANNER}"'


def test_a_waiver_of_the_rule_accepts_its_failure_and_changes_no_verdict() -> None:
    machine = judged([stick("usb-1", STRANGER)])
    before = [result.to_json() for result in machine.results]
    found = lay([waiver()], machine)
    (shield,) = found.shields
    assert shield.is_waived
    assert shield.until == instants.read_timestamp("2027-01-31T23:59:59.999999999Z")
    assert [result.to_json() for result in machine.results] == before
    assert machine.results[0].verdict is Verdict.FAIL
    assert not found.findings
    assert not hasattr(shield, "verdict")


def test_a_waiver_of_an_item_accepts_that_item_alone() -> None:
    of_scanner = waiver("W-1", OF_SCANNER)
    (alone,) = lay([of_scanner], judged([stick("usb-1", SCANNER)])).shields
    assert (alone.items, alone.is_waived) == (("W-1",), True)
    (both,) = lay([of_scanner], judged([stick("usb-1", SCANNER), stick("usb-2", STRANGER)])).shields
    assert (both.items, both.is_waived) == (("W-1", None), False)


def test_two_waivers_accept_two_items_until_the_first_ends() -> None:
    other = waiver("W-2", f'device.serial == "{STRANGER}"')
    sooner = replace(other, grant=replace(other.grant, until=AT + DAY))
    machine = judged([stick("usb-1", SCANNER), stick("usb-2", STRANGER)])
    (shield,) = lay([waiver("W-1", OF_SCANNER), sooner], machine).shields
    assert (shield.items, shield.until) == (("W-1", "W-2"), AT + DAY)


def test_of_several_leaves_all_must_hold() -> None:
    never = waiver("W-1", OF_SCANNER, 'device.name == "usb-9"')
    found = lay([never], judged([stick("usb-1", SCANNER)]))
    assert not found.shields[0].is_waived
    assert [(one.kind, one.because) for one in found.findings] == [
        (Kind.UNMATCHED, "no item that fails is as it says")
    ]


@pytest.mark.parametrize(
    "devices",
    [
        {"$items": [stick("usb-1", SCANNER)], "$missing": "timeout"},
        [stick("usb-1", SCANNER), stick("usb-2", STRANGER, protection={"$unknown": "locked"})],
        [stick("usb-1", SCANNER), stick("usb-1", STRANGER)],
    ],
    ids=["half a list", "another is not known", "two of one name"],
)
def test_what_is_not_known_is_not_accepted(devices) -> None:
    (shield,) = lay([waiver("W-1", OF_SCANNER)], judged(devices)).shields
    assert not shield.is_waived


def test_facts_that_did_not_come_along_accept_nothing() -> None:
    machine = replace(judged([stick("usb-1", SCANNER)]), readings={})
    assert not lay([waiver("W-1", OF_SCANNER)], machine).shields[0].is_waived


def test_a_leaf_that_reads_what_was_not_read_accepts_nothing() -> None:
    of_maker = waiver("W-1", 'device.vendor_id == "0951"')
    assert not lay([of_maker], judged([stick("usb-1", SCANNER)])).shields[0].is_waived


def test_what_is_not_listed_is_not_accepted() -> None:
    many = [stick(f"usb-{number}", SCANNER) for number in range(25)]
    (shield,) = lay([waiver("W-1", OF_SCANNER)], judged(many)).shields
    assert set(shield.items) == {"W-1"}
    assert not shield.is_waived


def test_a_clause_about_the_machine_needs_a_waiver_of_the_rule() -> None:
    value = {"control": "open", "devices": [], "gaps": [], "layers": []}
    reading = Reading("usb_storage", Status.OK, value, NOW, timedelta(minutes=5))
    alone = replace(PACK, rules=(PACK.rule("usb-storage-blocked"),))
    results = judge(alone, {"usb_storage": reading}, NOW, stopwatch=lambda: 0)
    machine = Judged(SCAN, results, {"usb_storage": reading})
    assert not lay([waiver("W-1", OF_SCANNER)], machine).shields[0].is_waived
    assert lay([waiver()], machine).shields[0].is_waived


def test_only_a_failure_is_accepted() -> None:
    unknown = judged([stick("usb-1", SCANNER, protection={"$unknown": "locked"})])
    passing = judged([])
    found = lay([waiver()], unknown, passing)
    assert found.shields == ()
    assert [one.because for one in found.findings] == ["usb-storage-blocked fails nowhere there"]


def test_the_given_clock_decides() -> None:
    machine = judged([stick("usb-1", SCANNER)])
    ahead = lay([waiver()], machine, now=datetime(2026, 10, 1, tzinfo=UTC))
    assert not ahead.shields[0].is_waived
    assert ahead.findings == ()
    over = lay([waiver()], machine, now=datetime(2027, 2, 1, tzinfo=UTC))
    assert not over.shields[0].is_waived
    assert [(one.kind, one.because) for one in over.findings] == [
        (Kind.ENDED, "it ended at 2027-01-31T23:59:59.999999999Z")
    ]


def test_a_waiver_of_nobody_and_of_no_rule_are_findings() -> None:
    elsewhere = waiver("W-2", match=Match((("machine", "SCAN-03"),)))
    orphan = replace(waiver("W-3"), rule="screens-dark")
    found = lay([elsewhere, orphan], judged([stick("usb-1", SCANNER)]))
    assert [(one.waiver.id, one.kind) for one in found.findings] == [
        ("W-2", Kind.UNMATCHED),
        ("W-3", Kind.ORPHANED),
    ]
    assert found.findings[0].because == "no machine is machine SCAN-03"


def test_a_waiver_goes_on_with_the_rule_that_took_its_place() -> None:
    rule = PACK.rule("usb-storage-blocked")
    assert rule is not None
    heir = replace(rule, replaces=("usb-closed",))
    machine = judged([stick("usb-1", SCANNER)])
    old = Waiver("W-9", "usb-closed", Match((("machine", "SCAN-02"),)), GRANT, Place("w.yaml"))
    found = overlay([old], [replace(PACK, rules=(heir,))], [machine], NOW)
    assert found.shields[0].is_waived


GRANT = Grant("the scanner exports only over USB", "dr_lee", AT - DAY, AT + DAY)


def test_a_leaf_may_ask_for_the_time_of_the_given_clock() -> None:
    young = waiver("W-1", 'device.first_seen != null and age(device.first_seen) < "30d"')
    machine = judged([stick("usb-1", STRANGER, first_seen="2026-11-20T10:00:00Z")])
    assert lay([young], machine).shields[0].is_waived
    later = lay([young], machine, now=NOW + timedelta(days=40))
    assert not later.shields[0].is_waived


def test_a_leaf_that_costs_too_much_accepts_nothing() -> None:
    deep = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]"
    loops = "".join(f"{deep}.all({name}, " for name in "abcde")
    leaf = f"device.attached and {loops}a + b + c + d + e >= device.name.size() - 5{')' * 5}"
    machine = judged([stick("usb-1", SCANNER)])
    assert not lay([waiver("W-1", leaf)], machine).shields[0].is_waived


def test_a_failure_that_is_not_listed_whole_is_not_accepted_item_by_item() -> None:
    """Twenty sticks fill the list; what else did not pass has no entry, and nobody accepted it."""
    sticks = [stick(f"usb-{number}", SCANNER) for number in range(20)]
    whole = judged(sticks)
    accepts = waiver("W-1", OF_SCANNER)
    assert lay([accepts], whole).shields[0].is_waived
    (result,) = whole.results
    hidden = replace(whole, results=[result._replace(left_out=1)])
    assert not lay([accepts], hidden).shields[0].is_waived
