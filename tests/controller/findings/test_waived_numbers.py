"""Whatever machines say and people approve: only failures are accepted, and only while it holds.

A random history of two machines (tests of rebuild) with random waivers in it. At any instant the
numbers with waivers are those without, but that some failures are counted as accepted.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.findings import accepted
from controller.findings.models import RuleState, Shield
from controller.findings.queries import Standing, standings
from controller.findings.rebuild import check
from controller.policy.models import Waiver
from tests.controller.clinic import MORNING, Server
from tests.controller.findings.test_rebuild import RULES, SAID, clocks, histories, live
from tests.controller.waived import lay, waiver

HOUR = timedelta(hours=1)

waivers = st.lists(
    st.tuples(
        st.sampled_from(RULES),
        st.sampled_from([None, 0, 1]),
        st.integers(-24, 24),
        st.integers(1, 72),
        st.sampled_from(["approved", "approved", "approved", "requested", "revoked"]),
    ),
    min_size=2,
    max_size=5,
)
ill = st.dictionaries(st.sampled_from(RULES), st.sampled_from(("fail", "fail", *SAID)), min_size=2)
full = st.tuples(st.just("full"), ill, st.none(), clocks, st.just(0))


def grant(server: Server, machines: tuple[Any, Any], of: tuple[Any, ...]) -> Waiver:
    rule, which, begins, lasts, state = of
    since = MORNING + begins * HOUR
    return waiver(
        server.clinic,
        rule,
        machine_id=None if which is None else machines[which].machine.agent,
        since_at=since,
        until_at=since + lasts * HOUR,
        state=state,
    )


def said(server: Server, at: datetime) -> list[Standing]:
    return standings(server.clinic.place, at)


@pytest.mark.slow
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=histories, granted=waivers, at_last=full)
def test_a_waiver_only_ever_moves_failures_and_nothing_after_its_end(
    new_server: Callable[[], AbstractContextManager[Server]],
    acts: list[Any],
    granted: list[tuple[Any, ...]],
    at_last: tuple[Any, ...],
) -> None:
    with new_server() as server:
        half = len(acts) // 2
        both = live(server, acts[:half])
        rows = [grant(server, both, of) for of in granted]
        lay(server.home, server.clinic)
        live_on(both, [*acts[half:], *((60, ("sync", which, [at_last])) for which in (0, 1))])
        place = server.clinic.place
        assert check(server.home, server.clinic.org) == ()
        failing = set(RuleState.objects.at(place).filter(verdict="fail").values_list(*_KEY))
        assert set(Shield.objects.at(place).values_list(*_KEY)) <= failing

        edges = {at for row in rows for at in (row.since_at, row.until_at)}
        instants = sorted({server.now, *edges, *(at - timedelta(milliseconds=1) for at in edges)})
        held = {at: (said(server, at), accepted.counted(place, at).count()) for at in instants}
        Shield.objects.at(place).delete()
        for at, (with_waivers, n) in held.items():
            without = said(server, at)
            assert [_undone(one) for one in with_waivers] == [_bare(one) for one in without]
            assert n == sum(one.tally.accepted for one in with_waivers)
            if not any(row.since_at <= at < row.until_at for row in rows):
                assert with_waivers == without


_KEY = ("machine_id", "rule_no")


def live_on(both: tuple[Any, Any], acts: list[Any]) -> None:
    """Let the rest of a history happen to the same machines."""
    for seconds, (act, which, reports) in acts:
        told = both[which]
        told.server.passes(seconds=seconds)
        for report in reports:
            told.seal(report)
        told.send(hears=act != "lost answer")


def _undone(one: Standing) -> Standing:
    """With what is accepted counted as failing again."""
    tally = one.tally
    moved = replace(tally, failing=tally.failing + tally.accepted, accepted=0)
    return _bare(replace(one, tally=moved))


def _bare(one: Standing) -> Standing:
    """Without what a waiver may lower: how bad the worst open failure is."""
    return replace(one, ranks={})
