"""XProtect and Microsoft Defender by their own word: healthy without real time is off."""

import json
from datetime import timedelta
from typing import Any

import pytest

from agent.facts.antivirus import macos as antivirus
from rules.facts.antivirus import Product
from rules.facts.base import Unknown, Why
from rules.facts.form import instant
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.macs import (
    DEFENDER,
    MDATP,
    SCANS,
    VERSION,
    XPROTECT,
    XPROTECT_CAME,
    XPROTECT_VERSION,
    front_mac,
    health,
    scan_mac,
    system_version,
)

NAME = "Microsoft Defender for Endpoint"


def found(
    files: dict[str, Any] | None = None, run: dict[str, Any] | None = None
) -> dict[str, Product]:
    answer = antivirus.macos(front_mac(files, run), about())
    return {str(one.name): one for one in answer.products.items}


def defender(said: Any) -> Product:
    return found(run={MDATP: said})[NAME]


def works(product: Product) -> tuple[Any, Any, Any]:
    return product.enabled, product.realtime, product.mode


def test_a_defender_that_protects_is_on() -> None:
    one = defender(health())
    assert works(one) == (True, True, "active")
    assert one.signatures == NOW - timedelta(minutes=90)
    assert one.tamper_protection is True


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"realTimeProtectionEnabled": {"value": False}}, (False, False, "passive")),
        ({"realTimeProtectionEnabled": False}, (False, False, "passive")),
        ({"healthy": False}, (False, True, "active")),
        ({"passiveModeEnabled": True}, (True, True, "passive")),
    ],
)
def test_a_defender_that_does_not_protect_is_off(said, state) -> None:
    assert works(defender(health(**said))) == state


def test_a_defender_on_the_first_minute_of_its_definitions() -> None:
    assert defender(health(definitionsUpdatedMinutesAgo=0)).signatures == NOW


def test_what_a_version_does_not_say_is_unknown() -> None:
    one = defender(json.dumps({"healthy": True, "realTimeProtectionEnabled": True}))
    assert works(one) == (True, True, "active")
    assert one.signatures == one.tamper_protection == Unknown(Why.NOT_COLLECTED)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", Why.PARSE_ERROR),
        (b"\xff\0", Why.PARSE_ERROR),
        ("[]", Why.PARSE_ERROR),
        ('{"healthy": true}', Why.PARSE_ERROR),
        (health(realTimeProtectionEnabled="ein"), Why.PARSE_ERROR),
        (health(definitionsUpdatedMinutesAgo=-1), Why.PARSE_ERROR),
        (health(definitionsUpdatedMinutesAgo=True), Why.PARSE_ERROR),
        (health(tamperProtection="aus"), Why.PARSE_ERROR),
        ({"rc": 1}, Why.API_ERROR),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
    ],
)
def test_a_defender_that_is_not_understood_stays_and_is_unknown(said, why) -> None:
    one = defender(said)
    assert {one.enabled, one.realtime, one.signatures, one.mode} == {Unknown(why)}


def test_xprotect_says_its_scans_and_when_its_definitions_came() -> None:
    one = found()["XProtect"]
    assert works(one) == (True, True, "active")
    assert one.signatures == instant("2026-11-12T08:53:39Z")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (SCANS.replace("launch scans: enabled", "launch scans: disabled"), (False, False)),
        (SCANS.replace("background scans: enabled", "background scans: disabled"), (False, True)),
    ],
)
def test_a_scan_that_is_off_is_off(said, state) -> None:
    one = found(run={XPROTECT: said})["XProtect"]
    assert (one.enabled, one.realtime) == state


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("XProtect-Startprüfung: aktiviert\n", Why.PARSE_ERROR),
        (SCANS[:-1], Why.PARSE_ERROR),
        (SCANS.replace("enabled", "managed"), Why.PARSE_ERROR),
        ({"rc": 64}, Why.API_ERROR),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
    ],
)
def test_an_xprotect_that_is_not_understood_is_unknown(said, why) -> None:
    assert found(run={XPROTECT: said})["XProtect"].enabled == Unknown(why)


@pytest.mark.parametrize("said", [XPROTECT_CAME.replace("11-12", "13-12"), "Version: 1\n", ""])
def test_a_day_that_is_none_leaves_the_scans(said) -> None:
    one = found(run={XPROTECT_VERSION: said})["XProtect"]
    assert (one.enabled, one.signatures) == (True, Unknown(Why.PARSE_ERROR))


def test_before_macos_15_xprotect_does_not_tell() -> None:
    one = found({VERSION: system_version("14.8")})["XProtect"]
    assert one.enabled == one.realtime == Unknown(Why.TOOL_MISSING)


def test_of_others_only_that_they_lie_here_is_known() -> None:
    one = found({"/Applications/Falcon.app": {"folder": True}})["CrowdStrike Falcon"]
    assert {one.enabled, one.realtime, one.mode} == {Unknown(Why.TOOL_MISSING)}


def test_a_mac_without_a_defender_has_xprotect_alone() -> None:
    (only,) = antivirus.macos(scan_mac(), about()).products.items
    assert (only.name, only.enabled) == ("XProtect", False)


def test_the_tool_without_the_program_counts_as_one() -> None:
    answer = antivirus.macos(scan_mac({"/usr/local/bin/mdatp": ""}, {MDATP: health()}), about())
    assert NAME in {one.name for one in answer.products.items}
    assert DEFENDER not in scan_mac().files
