"""A Mac says that its clock should be set from the network, and never that it is."""

import pytest

from agent.facts.clock import macos as clock
from rules.facts.base import Unknown, Why
from rules.facts.clock import Clock
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import NETWORK_TIME, OVERRIDES, front_mac, overrides

UNREAD = Unknown(Why.NOT_COLLECTED)


def found(**run: object) -> Clock:
    names = {"time": NETWORK_TIME, "launchd": OVERRIDES}
    return clock.macos(front_mac(run={names[name]: said for name, said in run.items()}), about())


def test_that_it_should_be_set_is_no_proof_that_it_is() -> None:
    assert found() == Clock(synced=UNREAD, source="ntp", offset=UNREAD, last_sync=UNREAD)


@pytest.mark.parametrize(
    "run",
    [
        {"time": "Network Time: Off\n"},
        {"launchd": overrides(com_apple_timed="disabled")},
        {"launchd": overrides(com_apple_timed="true")},
    ],
)
def test_a_clock_that_nobody_sets_is_wrong(run) -> None:
    assert found(**run) == Clock(synced=False, source="none", offset=None, last_sync=UNREAD)


def test_one_proof_is_enough() -> None:
    assert found(time="Network Time: Off\n", launchd={"error": "timeout"}).synced is False


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ({"time": ""}, Why.PARSE_ERROR),
        ({"time": "Netzwerkzeit: Ein\n"}, Why.PARSE_ERROR),
        ({"time": "You need administrator access to run this tool... exiting!\n"}, Why.PARSE_ERROR),
        ({"time": {"rc": 1}}, Why.API_ERROR),
        ({"time": {"error": "timeout"}}, Why.TIMEOUT),
        ({"launchd": {"error": "tool_missing"}}, Why.TOOL_MISSING),
        ({"launchd": "garbage"}, Why.PARSE_ERROR),
    ],
)
def test_what_is_not_understood_is_neither_right_nor_wrong(run, why) -> None:
    said = found(**run)
    assert said.synced == said.source == Unknown(why)
