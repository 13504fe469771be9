"""Which patches does a Windows miss? By made machines, and the mistakes of others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.facts.memory import Memory
from agent.facts.patching import windows as patching
from rules.facts.base import Items, Unknown, Why
from rules.facts.form import instant
from rules.facts.patching import Patch, Patching
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.windows.clinic import failed, front_1, hyg_2, pc
from tests.agent.facts.windows.updates import (
    CRITICAL,
    DEFINITION,
    DEFINITIONS,
    LATELY,
    LONG_AGO,
    NEVER,
    ROLLUP,
    SECURITY,
    done,
    guid,
    update,
    wua,
)

DENIED = {"error": {"code": "access_denied", "number": 0x80070005}}


def patches(answer: Any) -> Patching:
    return patching.windows(pc(asked={"wua": answer}), about())


def only(*updates: dict[str, Any]) -> Patch:
    (patch,) = patches(wua(*updates)).pending.items
    return patch


def test_what_is_missing_is_listed_with_its_dates() -> None:
    said = patches(wua(update(1)))
    assert said.last_scan == instant(LATELY)
    assert said.pending == Items(
        (
            Patch(
                id="KB5000001",
                title="Security Update (KB5000001)",
                security=True,
                severity="high",
                released=instant("2026-11-10T18:00:00Z"),
                waiting_since=instant("2026-11-10T18:00:00Z"),
            ),
        )
    )


def test_nothing_missing_after_a_fresh_search_is_a_whole_empty_list() -> None:
    assert patches(wua()).pending == Items(())


# Zero pending on a system that never refreshed.
@pytest.mark.parametrize(
    ("searched", "missing"),
    [
        ("2026-11-15T12:00:00Z", None),  # seven days, to the second
        ("2026-11-15T11:59:59Z", Why.STALE_SOURCE),
        (LONG_AGO, Why.STALE_SOURCE),
        (NEVER, Why.STALE_SOURCE),
        (None, Why.STALE_SOURCE),
        ("2027-01-01T00:00:00Z", Why.STALE_SOURCE),  # from a time to come
        (DENIED, Why.ACCESS_DENIED),
    ],
)
def test_a_stale_search_is_never_an_empty_list(searched, missing) -> None:
    assert patches(wua(searched=searched)).pending == Items((), missing)


@pytest.mark.parametrize(
    ("searched", "last"),
    [
        (NEVER, None),
        (None, None),
        (LONG_AGO, instant(LONG_AGO)),
        (DENIED, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_never_searched_is_null(searched, last) -> None:
    assert patches(wua(searched=searched)).last_scan == last


@pytest.mark.parametrize("result", [0, 1, 3, 4, 5])
def test_a_search_that_did_not_end_well_is_incomplete(result) -> None:
    said = patches(wua(update(1), result=result)).pending
    assert (len(said.items), said.missing) == (1, Why.API_ERROR)


def test_definitions_of_viruses_are_no_patches() -> None:
    assert patches(wua(DEFINITION)).pending == Items(())


@pytest.mark.parametrize(
    ("said", "security", "severity"),
    [
        ({"severity": "Critical"}, True, "critical"),
        ({"severity": "Moderate"}, True, "medium"),
        ({"severity": "Low"}, True, "low"),
        ({"severity": ""}, True, "unrated"),
        ({"severity": "Kritisch"}, True, Unknown(Why.UNRECOGNISED)),
        ({"severity": "", "categories": [CRITICAL]}, True, "unrated"),
        ({"severity": "Critical", "categories": [ROLLUP]}, True, "critical"),
        ({"severity": "", "categories": [ROLLUP]}, False, "unrated"),
        ({"severity": "", "categories": []}, False, "unrated"),
    ],
)
def test_guids_and_severities_tell_what_is_for_security(said, security, severity) -> None:
    patch = only(update(1, **said))
    assert (patch.security, patch.severity) == (security, severity)


def test_a_patch_goes_by_its_article_where_that_is_its_own() -> None:
    said = patches(wua(update(1, kb=["5000009"]), update(2, kb=["5000009"]), update(3, kb=[])))
    assert [one.id for one in said.pending.items] == [guid(1), guid(2), guid(3)]


def test_a_patch_without_a_date_waits_since_it_was_first_seen(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    host = pc(asked={"wua": wua(update(1, released=None))})
    (patch,) = patching.windows(host, about(memory)).pending.items
    assert (patch.released, patch.waiting_since) == (None, NOW)


def test_a_restart_that_is_due_is_not_forgotten_by_a_list_of_patches(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    host = front_1()
    patching.windows(host, about(memory))
    later = replace(about(memory), now=NOW + timedelta(days=1))
    assert patching.windows(host, later).reboot_since == NOW


# LastInstallationSuccessDate may be of virus definitions; the history tells.
@pytest.mark.parametrize(
    ("history", "last"),
    [
        ([done(LATELY, SECURITY)], instant(LATELY)),
        ([done(LATELY, DEFINITIONS), done(LONG_AGO, CRITICAL)], instant(LONG_AGO)),
        ([done(LATELY, SECURITY, result=4), done(LONG_AGO, SECURITY)], instant(LONG_AGO)),
        ([done(LATELY, SECURITY, operation=2), done(LONG_AGO, SECURITY)], instant(LONG_AGO)),
        ([done(LONG_AGO, SECURITY), done(LATELY, SECURITY)], instant(LATELY)),
        ([done(LATELY, DEFINITIONS)], Unknown(Why.UNRECOGNISED)),
        ([], Unknown(Why.UNRECOGNISED)),
        (DENIED, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_the_last_security_install_is_one_that_succeeded(history, last) -> None:
    assert patches(wua(history=history)).last_security_install == last


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (failed("tool_missing", 0x80040154), Why.TOOL_MISSING),
        (failed("disabled", 0x80070422), Why.DISABLED),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"error": "tool_missing"}, Why.TOOL_MISSING),
        ({"rc": 1}, Why.API_ERROR),
        ({"rc": 1, "out": "Der Dienst wurde nicht gestartet."}, Why.PARSE_ERROR),
        ("", Why.PARSE_ERROR),
        (wua(update(1))[:-9], Why.PARSE_ERROR),
        (wua(update(1, categories="Sicherheitsupdates")), Why.PARSE_ERROR),
        (wua(update(1, released="10.11.2026")), Why.PARSE_ERROR),
    ],
)
def test_an_agent_that_fails_says_nothing_and_costs_nothing_else(answer, why) -> None:
    said = patches(answer)
    unknown = Unknown(why)
    assert (said.pending, said.last_scan, said.last_security_install) == (unknown,) * 3
    assert (said.supported, said.reboot_required, said.automatic) == (True, False, "on")


def test_a_search_that_failed_alone_leaves_the_rest() -> None:
    broken = {"error": {"code": "api_error", "number": 0x8024402C}}
    said = patches(wua(found=broken))
    assert said.pending == Unknown(Why.API_ERROR)
    assert said.last_scan == instant(LATELY)


def test_on_one_pc_all_is_well_and_on_the_other_nothing() -> None:
    good, bad = (patching.windows(host, about()) for host in (hyg_2(), front_1()))
    assert good.pending.missing is None
    assert bad.pending.missing is Why.STALE_SOURCE
    (patch,) = bad.pending.items
    assert patch.severity == "critical"
    assert NOW - patch.waiting_since > timedelta(days=90)
