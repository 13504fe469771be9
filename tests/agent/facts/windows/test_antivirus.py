"""Is an antivirus on? By made machines, and the mistakes of others."""

from datetime import datetime
from typing import Any

import pytest

from agent.facts.antivirus import windows as antivirus
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers.errors import ParseError
from agent.readers.probes.security import Registered
from rules.facts.antivirus import Product
from rules.facts.base import Items, Unknown, Why
from rules.facts.form import instant
from tests.agent.facts.clinic import about
from tests.agent.facts.windows import guards
from tests.agent.facts.windows.clinic import (
    WINDOWS,
    failed,
    front_1,
    hyg_2,
    pc,
    service,
    services,
    system,
)
from tests.agent.facts.windows.guards import defender, eset, security, status

UNREAD = Unknown(Why.NOT_COLLECTED)
NOT_ASKED = {"error": "timeout"}  # it hangs while another is active: asking it would show
SERVER = {WINDOWS: system()[WINDOWS] | {"InstallationType": "Server"}}


def products(host: TreeHost) -> Items[Product]:
    said = antivirus.windows(host, about())
    assert isinstance(said.products, Items)
    return said.products


def on_a_pc(*registered: dict[str, Any], told: Any = None) -> dict[str, Product]:
    asked = {"security": security(*registered), "defender": told or status()}
    found = products(pc(asked=asked))
    assert found.missing is None
    return {str(one.name): one for one in found.items}


def only(*registered: dict[str, Any], told: Any = None) -> Product:
    (one,) = on_a_pc(*registered, told=told).values()
    return one


# trycompai/comp asked whether productState was above 0, which it always is.
@pytest.mark.parametrize(
    ("state", "is_on", "is_current"),
    [
        (397568, True, True),
        (397584, True, False),
        (393472, False, True),
        (393488, False, False),
        (guards.SNOOZED, False, True),
        (guards.EXPIRED, False, True),
        (266240, True, True),  # of another maker
        (262144, False, True),
        (0, False, True),
    ],
)
def test_the_bits_of_a_state_are_told_apart(state, is_on, is_current) -> None:
    registered = Registered("{}", "x", state)
    assert (registered.is_on, registered.is_current) == (is_on, is_current)


def test_defender_tells_the_day_of_its_definitions() -> None:
    assert only(defender()) == Product(
        name="Microsoft Defender Antivirus",
        enabled=True,
        realtime=True,
        signatures=instant("2026-11-20T06:00:00Z"),
        mode="active",
        tamper_protection=True,
    )


@pytest.mark.parametrize(
    ("said", "enabled", "realtime", "mode"),
    [
        ({"realtime": False}, True, False, "active"),
        ({"enabled": False}, False, True, "active"),
        ({"service": False}, False, True, "active"),
        ({"mode": "Passive Mode"}, True, True, "passive"),
        ({"mode": "SxS Passive Mode"}, True, True, "passive"),
        ({"mode": "EDR Block Mode"}, True, True, "edr_block"),
        ({"mode": "Not running"}, True, True, "passive"),
        ({"mode": "Normal "}, True, True, "active"),
        ({"mode": "Normalbetrieb"}, True, True, Unknown(Why.UNRECOGNISED)),
        (
            {"enabled": {"error": {"code": "api_error", "number": 1}}},
            Unknown(Why.API_ERROR),
            True,
            "active",
        ),
    ],
)
def test_defender_must_say_itself_that_it_is_on(said, enabled, realtime, mode) -> None:
    found = only(defender(), told=status(**said))
    assert (found.enabled, found.realtime, found.mode) == (enabled, realtime, mode)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("20261120060000.000000+000", "2026-11-20T06:00:00Z"),
        ("20261120060000.000000-300", "2026-11-20T11:00:00Z"),
        ("20261120060000.000000+060", "2026-11-20T05:00:00Z"),
        (None, None),
    ],
)
def test_a_time_of_cim_is_one_of_utc(text, at) -> None:
    expected: datetime | None = None if at is None else instant(at)
    assert only(defender(), told=status(signatures=text)).signatures == expected


# Defender that steps aside is not asked: it was reported to hang then.
def test_another_antivirus_that_is_on_is_known_by_the_security_center() -> None:
    found = on_a_pc(eset(), defender(guards.OFF), told=NOT_ASKED)
    assert found["ESET Security"] == Product(
        name="ESET Security",
        enabled=True,
        realtime=True,
        signatures=UNREAD,
        mode="active",
        tamper_protection=None,
    )
    assert found["Microsoft Defender Antivirus"].mode == "passive"
    assert found["Microsoft Defender Antivirus"].enabled is False


@pytest.mark.parametrize(
    ("state", "enabled", "signatures"),
    [
        (guards.ON, True, UNREAD),
        (guards.ON_OLD, True, None),
        (guards.OFF, False, UNREAD),
        (guards.SNOOZED, False, UNREAD),
        (guards.EXPIRED, False, UNREAD),
    ],
)
def test_definitions_without_a_day_are_unknown_and_old_ones_none(
    state, enabled, signatures
) -> None:
    found = only(eset(state))
    assert (found.enabled, found.realtime, found.signatures) == (enabled, enabled, signatures)


def test_nothing_registered_is_no_antivirus_at_all() -> None:
    assert on_a_pc() == {}


def test_a_center_that_does_not_run_knows_nothing_new() -> None:
    asked = {"security": security(defender()), "services": services(service("wscsvc", 1))}
    with pytest.raises(HostError) as error:
        products(pc(asked=asked))
    assert error.value.why is Why.STALE_SOURCE


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NOT_ASKED, Why.TIMEOUT),
        (failed("tool_missing", 0x8004100E), Why.TOOL_MISSING),
        ({"rc": 1}, Why.API_ERROR),
        ({"rc": 1, "out": "Ungültiger Namespace"}, Why.PARSE_ERROR),
        ('{"status": null}', Why.TOOL_MISSING),
        (status(signatures="20.11.2026"), Why.PARSE_ERROR),
        (status(signatures="20261320060000.000000+000"), Why.PARSE_ERROR),
        (status()[:-5], Why.PARSE_ERROR),
    ],
)
def test_defender_that_does_not_answer_is_there_and_unknown(answer, why) -> None:
    found = only(defender(), told=answer)
    assert found.name == "Microsoft Defender Antivirus"
    assert (found.enabled, found.realtime, found.signatures, found.mode) == (Unknown(why),) * 4


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (failed("access_denied", 0x80070005), HostError),
        (failed("tool_missing", 0x8004100E), HostError),  # a PC without a Security Center
        ({"error": "timeout"}, HostError),
        ({"rc": 1}, HostError),
        ("", ParseError),
        ('{"products": [{"id": "x", "name": "y", "state": "397568"}]}', ParseError),
        ("Zugriff verweigert", ParseError),
    ],
)
def test_a_center_that_does_not_answer_is_no_empty_list(answer, fault) -> None:
    with pytest.raises(fault):
        products(pc(asked={"security": answer}))


# Servers have no Security Center.
def test_a_server_is_guarded_by_defender() -> None:
    asked = {"security": failed("tool_missing", 0x8004100E), "defender": status()}
    found = products(pc(SERVER, asked=asked))
    assert found.missing is None
    assert found.items[0].enabled is True


@pytest.mark.parametrize(
    ("answer", "count", "missing"),
    [
        (status(mode="Passive Mode"), 1, Why.TOOL_MISSING),  # for whom it stepped aside, who knows
        (status(mode="Not running"), 1, Why.TOOL_MISSING),
        ('{"status": null}', 0, Why.TOOL_MISSING),
        (failed("tool_missing", 0x8004100E), 0, Why.TOOL_MISSING),
        ({"error": "timeout"}, 0, Why.TIMEOUT),
    ],
)
def test_what_a_server_has_beside_defender_is_not_known(answer, count, missing) -> None:
    found = products(pc(SERVER, asked={"defender": answer}))
    assert (len(found.items), found.missing) == (count, missing)


def test_a_windows_of_another_kind_is_not_guessed() -> None:
    keys = {WINDOWS: system()[WINDOWS] | {"InstallationType": "IoTUAP"}}
    with pytest.raises(HostError):
        products(pc(keys))


def test_on_one_pc_all_is_well_and_on_the_other_nothing() -> None:
    (good,), (bad,) = (products(host).items for host in (hyg_2(), front_1()))
    assert (good.realtime, bad.realtime) == (True, False)
