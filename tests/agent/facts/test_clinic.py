"""What the collectors make of two PCs of the practice, and what the shipped rules say of them."""

import pytest

from agent.facts.gather import gather
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.facts.base import Status
from rules.verdict import Verdict
from tests.agent.facts.clinic import NOW, about, op1, pano_01

ASKED = ("volumes-encrypted", "usb-storage-blocked", "screen-locks", "patches-current")


def verdicts(host) -> dict[str, Verdict]:
    readings = gather(host, about())
    return {result.rule: result.verdict for result in judge(builtin.pack(), readings, NOW)}


@pytest.mark.parametrize("rule", ASKED)
def test_a_pc_on_which_all_is_well_passes(rule) -> None:
    assert verdicts(op1())[rule] is Verdict.PASS


@pytest.mark.parametrize("rule", ASKED)
def test_a_pc_on_which_nothing_is_fails(rule) -> None:
    assert verdicts(pano_01())[rule] is Verdict.FAIL


def test_the_machine_is_known() -> None:
    host = gather(op1(), about(), ["host"])["host"]
    assert host.status is Status.OK
    assert host.value["distribution"] == "debian"
    assert host.value["os_version"] == "12.11"
    assert host.value["role"] == "workstation"
    assert host.value["virtual"] == "none"
    assert host.value["joined"] == "none"
    assert host.value["arch"] == "x86_64"


def test_people_are_known_by_what_they_may_do() -> None:
    users = {user["name"]: user for user in gather(op1(), about(), ["users"])["users"].value}
    assert set(users) == {"root", "postgres", "dr_lee", "front_desk"}
    assert users["dr_lee"]["admin"] is True
    assert users["front_desk"]["admin"] is False
    assert users["front_desk"]["generic_name"] is True
    assert users["front_desk"]["signed_in"] is True
    assert users["dr_lee"]["last_seen"] == "2026-11-20T08:00:00Z"
    assert users["root"]["enabled"] is False
    assert users["postgres"]["interactive"] is False


def test_a_sensor_is_no_disk() -> None:
    devices = gather(pano_01(), about(), ["usb_storage"])["usb_storage"].value["devices"]
    assert [(one["vendor_id"], one["protection"]) for one in devices] == [("0781", "unprotected")]
