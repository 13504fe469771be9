"""Whatever machines send: the tables are what the reports say, and history is true.

A random history of two machines (fulls, deltas, findings, facts, gaps, forks, rejected reports,
answers that were lost, clocks that are wrong) is sent to a real intake. Then everything derived is
derived again, and each day of it is compared with a replay of all reports by other means.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.findings import history
from controller.findings.rebuild import check, rebuild
from controller.policy.models import Rule
from evidence.bodies import Basis, Delta, Full, Gap
from evidence.report import Clock, Report
from tests.controller.clinic import MORNING, Server, finding, imaging, verdict, volume
from tests.controller.tables import check_logs, contents, rows
from tests.controller.waived import lay, waiver

RULES = ("volumes-encrypted", "screen-locks", "usb-storage-blocked")
SAID = ("pass", "fail", "unknown", "error", "not-applicable")

verdicts = st.dictionaries(st.sampled_from(RULES), st.sampled_from(SAID))
files = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["open", "open", "fixed", "gone"])),
    max_size=4,
    unique_by=lambda one: one[0],
)
folders = st.none() | st.tuples(files, st.integers(0, 1), st.booleans())
clocks = st.sampled_from([("ok", 0), ("ok", -90_000), ("skewed", 7_200_000), ("unset", None)])
reports = st.tuples(
    st.sampled_from(["full", "full", "delta", "delta", "event", "facts", "torn", "remote"]),
    verdicts,
    folders,
    clocks,
    st.integers(0, 300),
)
acts = st.one_of(
    st.tuples(st.just("sync"), st.integers(0, 1), st.lists(reports, max_size=3)),
    st.tuples(st.just("lost answer"), st.integers(0, 1), st.lists(reports, min_size=1, max_size=2)),
    st.tuples(st.just("gap"), st.integers(0, 1), st.just([])),
    st.tuples(st.just("fork"), st.integers(0, 1), st.just([])),
    st.tuples(st.just("again"), st.integers(0, 1), st.just([])),
)
pauses = st.integers(1, 30 * 60) | st.just(90 * 60)
histories = st.lists(st.tuples(pauses, acts), max_size=12)
ALLOWED = timedelta(minutes=20)
"""How long a machine that is always on may be unheard."""


class Told:
    """A machine, and what a replay needs to know of what it got through."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.machine = server.machine(name, presence="always_on")
        self.kept: list[tuple[Report, datetime]] = []
        self.contacts = [server.now]

    def seal(self, report: tuple[Any, ...]) -> None:
        kind, said, folder, (trust, offset), age = report
        machine = self.machine
        machine.clock = Clock(trust=trust, offset_ms=offset)
        at = self.server.now - timedelta(seconds=age)
        items = [verdict(rule, word, *_items(word)) for rule, word in said.items()]
        found = None
        if folder is not None:
            names, unlisted, complete = folder
            found = imaging(
                *(finding(name, state) for name, state in names),
                unlisted=unlisted,
                complete=complete,
            )
        if kind == "full":
            machine.seal(machine.full(*items, imaging=found), at)
        elif kind in ("delta", "torn") and machine.basis is not None:
            if kind == "torn":
                machine.basis = Basis(seq=machine.basis.seq + 1000, hash="0" * 64)
            machine.seal(machine.delta(*items, imaging=found), at)
        elif kind == "facts":
            machine.seal(machine.facts(), at)
        else:
            machine.event()

    def send(self, *, hears: bool = True) -> None:
        """Send what waits, as a courier does; without `hears` the answer is lost on the way."""
        head = self._head()
        waiting = self.machine.sealed[head:]
        if not hears:
            body = self.machine.body(*waiting)
            answer = self.machine.read(self.server.post("/v1/sync", body), body)
        else:
            answer = self.sync(*waiting)
            if answer.code == "nonce":
                answer = self.sync(*waiting)
        self._hear(answer)
        self._note(answer)

    def sync(self, *reports: Any) -> Any:
        _, answer = self.machine.sync(*reports)
        self._hear(answer)
        return answer

    def _hear(self, answer: Any) -> None:
        if answer.code != "nonce":
            self.contacts.append(self.server.now)

    def _head(self) -> int:
        ((count,),) = rows(
            self.server.home,
            "SELECT count(*) FROM report WHERE machine_id = ? AND standing <> 'fork'",
            self.machine.agent.replace("-", ""),
        )
        return int(count)

    def _note(self, answer: Any) -> None:
        stored = {(one.epoch, one.seq) for one in answer.receipts if one.outcome == "stored"}
        for sealed in self.machine.sealed:
            report = Report.from_bytes(sealed.payload)
            if (report.header.epoch, report.header.seq) in stored:
                self.kept.append((report, self.server.now))

    def fork(self) -> None:
        if self.machine.head.seq > 0:
            kept = self.machine.head
            self.machine.head = type(kept)(1, 0, self.machine.anchor)
            torn = self.machine.draft(self.machine.facts())
            self.machine.head = kept
            self.sync(torn)


def _items(word: str) -> tuple[Any, ...]:
    return (volume("/srv", "unprotected"),) if word == "fail" else ()


def live(server: Server, acts: list[Any]) -> tuple[Told, Told]:
    """Let a history happen."""
    both = Told(server, "OP1"), Told(server, "OP2")
    for seconds, (act, which, reports) in acts:
        server.passes(seconds=seconds)
        told = both[which]
        for report in reports:
            told.seal(report)
        if act == "gap":
            told.send()
            told.machine.gap()
        if act == "fork":
            told.fork()
        elif act == "again" and told.machine.sealed:
            told.sync(told.machine.sealed[-1])
        told.send(hears=act != "lost answer")
    return both


def times_of(told: Told) -> Iterator[tuple[Report, datetime, datetime]]:
    """Each report, when it was seen and when it was known."""
    before: datetime | None = None
    for report, known in told.kept:
        header = report.header
        seen = header.at - timedelta(milliseconds=header.clock.offset_ms or 0)
        if header.clock.trust == "unset":
            seen = known
        elif before is not None and seen < before:
            seen = before
        seen = before = min(seen, known)
        yield report, seen, known


def replayed(told: Told, at: datetime, times: str) -> dict[str, str]:
    """What held at a moment, from the reports alone."""
    verdicts: dict[str, str] = {}
    for report, seen, known in times_of(told):
        if (seen if times == "observed" else known) > at:
            continue
        if isinstance(report.body, Full):
            verdicts = {}
        if isinstance(report.body, Full | Delta):
            verdicts |= {one.rule: str(one.verdict) for one in report.body.verdicts}
    return verdicts


def doubted(told: Told, at: datetime, times: str) -> str:
    """Why nothing is proven of a moment, from contacts and reports alone."""
    if at - max(one for one in told.contacts if one <= at) > ALLOWED:
        return "silent"
    before: datetime | None = None
    for report, seen, _ in times_of(told):
        is_lost = isinstance(report.body, Gap) and before is not None and before < at < seen
        if is_lost and times == "observed":
            return "missing"
        before = seen
    return ""


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=histories)
def test_what_is_derived_is_what_the_reports_say(
    new_server: Callable[[], AbstractContextManager[Server]], acts: list[Any]
) -> None:
    with new_server() as server:
        both = live(server, acts)

        assert check(server.home, server.clinic.org) == ()
        check_logs(server.home)
        for told in both:
            for hours in range(int((server.now - MORNING) / timedelta(hours=1)) + 2):
                looks_as_replayed(told, MORNING + timedelta(hours=hours))
            for contact in told.contacts:
                looks_as_replayed(told, contact + timedelta(minutes=7))


def looks_as_replayed(told: Told, at: datetime) -> None:
    place = told.server.clinic.place
    names = {rule.rule_no: rule.name for rule in Rule.objects.at(place)}
    ask = {"observed": history.as_it_was, "known": history.as_we_knew_it}
    (machine,) = history.present(place, at).filter(pk=told.machine.agent)
    for times, spans in ask.items():
        held = spans(place, at).filter(machine_id=machine.id)
        said = [(names[span.rule_no], span.verdict) for span in held]
        (then,) = history.then(place, [machine], at, times)

        assert len(said) == len(dict(said))
        assert dict(said) == replayed(told, at, times)
        assert {names[no]: verdict for no, verdict in then.verdicts.items()} == dict(said)
        if at <= told.server.now:
            assert then.doubt == doubted(told, at, times)
            passed = [] if then.doubt else [one for one in dict(said).values() if one == "pass"]
            assert then.tally.proven == len(passed)


@pytest.fixture
def lived(server: Server) -> Server:
    """A day in the life of OP1 and OP2."""
    op1, op2 = Told(server, "OP1"), Told(server, "OP2")
    for told in (op1, op2):
        machine = told.machine
        opened = imaging(finding("a"), finding("b"))
        machine.seal(machine.full(verdict(RULES[0], "fail"), verdict(RULES[1]), imaging=opened))
        told.send()
        server.passes(hours=1)
        machine.seal(machine.delta(verdict(RULES[0]), imaging=imaging(finding("a", "fixed"))))
        told.send()
    return server


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE rule_state SET verdict = 'fail'",
        "UPDATE rule_state SET evidence = '{}'",
        "DELETE FROM rule_span",
        "UPDATE rule_span SET observed_to = NULL",
        "UPDATE clinic_rule SET n_pass = 9",
        "DELETE FROM finding",
        "UPDATE finding SET state = 'open'",
        "UPDATE machine SET n_fail = n_fail + 1",
        "UPDATE machine SET head_sha = anchor",
        "UPDATE facts_now SET imaging = NULL",
        (
            "INSERT INTO evidence_gap SELECT 1, 1, 'outbox_lost', NULL, seen_at, NULL, seen_at, id,"
            " org_id FROM machine LIMIT 1"
        ),
    ],
)
def test_what_was_changed_by_hand_is_found_and_put_right(lived: Server, harm: str) -> None:
    before = contents(lived.home)
    with closing(sqlite3.connect(lived.home.database)) as connection:
        assert connection.execute(harm).rowcount > 0
        connection.commit()

    assert check(lived.home, lived.clinic.org) != ()
    assert rebuild(lived.home, lived.clinic.org) != ()
    assert check(lived.home, lived.clinic.org) == ()
    assert contents(lived.home) == before


def test_a_rebuild_leaves_waivers_alone_and_lays_them_anew(lived: Server) -> None:
    op1 = Told(lived, "OP3")
    op1.machine.seal(op1.machine.full(verdict(RULES[0], "fail")))
    op1.send()
    waiver(lived.clinic, RULES[0])
    lay(lived.home, lived.clinic)
    before = contents(lived.home)
    with closing(sqlite3.connect(lived.home.database)) as connection:
        assert connection.execute("DELETE FROM shield").rowcount == 1
        connection.commit()

    assert [one.table for one in check(lived.home, lived.clinic.org)] == ["shield"]
    rebuild(lived.home, lived.clinic.org)

    assert contents(lived.home) == before
