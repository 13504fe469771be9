"""Who keeps the clock right, as far as it can be told."""

from datetime import timedelta
from typing import Any

import pytest

from agent.facts.clock import linux as clock
from agent.host.tree import TreeHost
from rules.facts.base import Unknown, Why
from rules.facts.clock import Clock
from rules.facts.form import instant
from tests.agent.facts.clinic import TRACKING, about

CHRONY, KERNEL = "chronyc -c tracking", "timedatectl show -p NTPSynchronized"
NO_CHRONY: dict[str, Any] = {CHRONY: {"error": "tool_missing"}}
STAMP = "/run/systemd/timesync/synchronized"
SYNCED_AT = "2026-11-22T11:45:00Z"


def said(programs: dict[str, Any], **files: Any) -> Clock:
    return clock.linux(TreeHost(files, programs), about())


def test_chrony_says_how_far_off_the_clock_was() -> None:
    one = said({CHRONY: TRACKING})
    assert (one.synced, one.source, one.offset) == (True, "ntp", timedelta(microseconds=12))
    assert one.last_sync == instant("2025-11-22T11:45:00Z")


@pytest.mark.parametrize(
    "tracking",
    [
        TRACKING.replace("Normal", "Not synchronised"),
        # its own clock, taken for want of a server
        TRACKING.replace("A29FC87B", "7F7F0101"),
    ],
)
def test_a_clock_that_follows_nobody_is_not_synced(tracking) -> None:
    one = said({CHRONY: tracking})
    assert (one.synced, one.source, one.offset) == (False, "none", None)


def test_systemd_stamps_when_a_server_answered() -> None:
    stamp = {STAMP: {"folder": True, "modified": SYNCED_AT}}
    one = said(NO_CHRONY | {KERNEL: "NTPSynchronized=yes\n"}, **stamp)
    assert (one.synced, one.source, one.last_sync) == (True, "ntp", instant(SYNCED_AT))
    assert one.offset == Unknown(Why.TOOL_MISSING)


def test_a_clock_kept_by_something_else_is_kept_by_something_else() -> None:
    assert said(NO_CHRONY | {KERNEL: "NTPSynchronized=yes\n"}).source == "other"


@pytest.mark.parametrize("answer", ["NTPSynchronized=\n", "Zeit=ja\n", "", {"rc": 1}])
def test_an_answer_that_is_neither_yes_nor_no_is_unknown(answer) -> None:
    assert isinstance(said(NO_CHRONY | {KERNEL: answer}).synced, Unknown)
