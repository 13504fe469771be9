"""What is past its time goes, and what stays is still proven: tables, chain, log and bundle."""

import hashlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.exports.gather import Order, evidence, policy
from controller.findings import erase, expired, history
from controller.findings import purge as sweep
from controller.findings.expired import AT_ONCE, Steps
from controller.findings.purge import Round
from controller.findings.rebuild import check, rebuild
from controller.fleet.models import FactsNow
from controller.fleet.models import Machine as Row
from controller.ledger import check as books
from controller.ledger import keeping
from controller.ledger.actions import By
from controller.ledger.keeping import FACTS_DAYS, SIX_YEARS_DAYS, Terms
from controller.tenants.models import Clinic
from evidence import leaf, trust_policy
from evidence.leaf import ErasedLeaf
from evidence.verify import run
from evidence.verify.case import Standing
from tests.controller.clinic import MORNING, Machine, Server, finding, imaging, verdict
from tests.controller.findings.test_rebuild import histories, live
from tests.controller.tables import check_logs, rows

DAY = timedelta(days=1)
SIX_YEARS = SIX_YEARS_DAYS * DAY
MANY = 10**6


@pytest.fixture
def op1(server: Server) -> Machine:
    """OP1 with a year of reports: a full each ten days, facts with it, a flip each month."""
    machine = server.machine("OP1")
    for tenth in range(36):
        said = "fail" if tenth % 6 > 3 else "pass"
        seen = imaging(finding("a"), *([finding(f"x{tenth}")] if tenth % 5 == 0 else []))
        machine.seal(machine.full(verdict("volumes-encrypted", said), verdict("usb"), imaging=seen))
        machine.seal(told(machine, tenth, "volumes", "users"))
        machine.sync(*machine.sealed[-2:])
        server.passes(days=10)
    return machine


def unread(name: str, number: int) -> dict[str, Any]:
    """A fact that could not be read, each time a little later."""
    return {
        "fact": name,
        "schema": 1,
        "status": "unknown",
        "value": {"$unknown": "not_elevated"},
        "reasons": [{"at": name, "code": "not_elevated"}],
        "source": [],
        "confidence": "derived",
        "privilege": "root",
        "observed_at": f"2026-11-23T08:00:{number % 60:02d}.000Z",
        "ttl": "3600s",
        "cost": {"wall_ms": number, "cpu_ms": 0, "spawned": 0},
    }


def told(machine: Machine, number: int, *names: str) -> Any:
    return machine.facts(**{name: unread(name, number) for name in names})


def purge(server: Server, now: datetime, steps: Steps = AT_ONCE) -> int:
    gone, round_ = 0, Round(server.home, server.clinic.org, steps)
    while not round_.is_through:
        gone += round_.step(now, lambda: True)
    return gone


def payloads(server: Server, kind: str = "full") -> int:
    sql = "SELECT count(*) FROM report WHERE raw IS NOT NULL AND kind = ?"
    return int(rows(server.home, sql, kind)[0][0])


def clinic(server: Server) -> Clinic:
    return Clinic.objects.at(server.clinic.place).get()


def by(server: Server) -> By:
    return By("dr_lee", "192.0.2.7", server.now)


def require_true(server: Server) -> None:
    """All that is held against something is what it should be."""
    assert check(server.home, server.clinic.org) == ()
    assert books.check(server.home, server.clinic.org) == []
    check_logs(server.home)


def verified(server: Server, since: datetime, until: datetime) -> Any:
    file = BytesIO()
    order = Order(server.clinic.id, since, until, by(server))
    evidence(server.home, server.clinic.place, order, file)
    return run.verify(file, trust_policy.read(policy(server.home, server.clinic.place)))


def test_old_facts_go_and_the_newest_of_each_stay(server: Server, op1: Machine) -> None:
    op1.sync(op1.seal(told(op1, 99, "volumes")))
    gone = purge(server, server.now)

    due = 36 - FACTS_DAYS // 10
    assert (gone, payloads(server, "facts")) == (due, 37 - due)
    assert payloads(server) == 36
    document = FactsNow.objects.at(server.clinic.place).get().document
    assert {name: one["cost"]["wall_ms"] for name, one in document.items()} == {
        "volumes": 99,
        "users": 35,
    }
    require_true(server)


def test_a_machine_that_is_gone_keeps_what_it_said_last(server: Server, op1: Machine) -> None:
    purge(server, server.now + 900 * DAY)

    assert payloads(server, "facts") == 1
    require_true(server)


def test_reports_go_after_six_years_and_not_a_day_before(server: Server, op1: Machine) -> None:
    assert purge(server, MORNING + SIX_YEARS) == 35
    assert payloads(server) == 36

    purge(server, MORNING + SIX_YEARS + 100 * DAY)
    assert payloads(server) == 26
    require_true(server)


def test_rows_hashes_and_lines_stay(server: Server, op1: Machine) -> None:
    kept = "SELECT epoch, seq, sha, leaf, kind, standing FROM report ORDER BY 1, 2"
    before = rows(server.home, kept)
    purge(server, server.now + SIX_YEARS)

    assert rows(server.home, kept) == before
    assert payloads(server) + payloads(server, "facts") == 0
    require_true(server)


def test_a_line_says_which_went(server: Server, op1: Machine) -> None:
    purge(server, MORNING + SIX_YEARS + 100 * DAY)

    lines = rows(server.home, "SELECT line FROM log_entry WHERE kind = 'erased' ORDER BY idx")
    said = [leaf.read(line) for (line,) in lines]
    gone = rows(server.home, "SELECT leaf FROM report WHERE raw IS NULL ORDER BY leaf")
    assert all(isinstance(one, ErasedLeaf) and one.why == "retention" for one in said)
    assert sorted(index for one in said for index in one.leaves) == [index for (index,) in gone]


def test_a_log_grows_by_a_line_in_weeks_and_not_in_days(server: Server, op1: Machine) -> None:
    for day in range(60):
        purge(server, MORNING + SIX_YEARS + 200 * DAY + day * DAY, Steps())

    ((lines,),) = rows(server.home, "SELECT count(*) FROM log_entry WHERE kind = 'erased'")
    assert 2 <= lines <= 5


def test_what_a_machine_does_afterwards_goes_on_from_there(server: Server, op1: Machine) -> None:
    purge(server, MORNING + SIX_YEARS + 150 * DAY)
    server.now += SIX_YEARS
    op1.sync(
        op1.seal(op1.delta(verdict("usb", "fail"))),
        op1.seal(op1.full(verdict("volumes-encrypted"), imaging=imaging())),
    )

    require_true(server)
    purge(server, server.now + 100 * DAY)
    require_true(server)


def test_a_hold_keeps_everything_whatever_its_age(server: Server, op1: Machine) -> None:
    keeping.hold(server.home, clinic(server), "records asked for by counsel", by(server))
    assert purge(server, server.now + 2 * SIX_YEARS) == 0

    keeping.release(server.home, clinic(server), "settled", by(server))
    assert purge(server, server.now + 2 * SIX_YEARS) > 0


def test_a_hold_that_is_laid_meanwhile_holds(server: Server, op1: Machine) -> None:
    """Between the plan and its transaction: the transaction asks again."""
    with sweep._opened(server.home) as (live_, _):
        look = expired.Look(live_, server.clinic.org.hex, AT_ONCE)
        plan = next(look.planned(look.machines()[0], server.now + SIX_YEARS))
        keeping.hold(server.home, clinic(server), "a letter", by(server))
        assert erase.erase(live_, plan, None, server.now) == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [Terms(SIX_YEARS_DAYS - 1), Terms(facts_days=FACTS_DAYS - 1)])
def test_less_than_the_law_asks_for_is_refused(server: Server, wrong: Terms) -> None:
    with pytest.raises(keeping.Refusal, match="cannot be kept for"):
        keeping.set_terms(server.home, clinic(server), wrong, by(server))


def test_longer_terms_are_kept_to(server: Server, op1: Machine) -> None:
    keeping.set_terms(server.home, clinic(server), Terms(4000, 400), by(server))

    assert purge(server, MORNING + 400 * DAY) == 0
    assert purge(server, MORNING + 3999 * DAY) == 35
    assert payloads(server) == 36


@pytest.mark.threat("erased-unseen")
def test_a_payload_that_somebody_took_is_not_one_that_was_erased(
    server: Server, op1: Machine
) -> None:
    purge(server, server.now)
    with closing(sqlite3.connect(server.home.database)) as connection, connection:
        connection.execute("UPDATE report SET raw = NULL WHERE seq = 71")

    (found,) = books.check(server.home, server.clinic.org)
    assert "its content is gone, and no line says that it was" in str(found)


@pytest.mark.threat("erased-unseen")
def test_what_was_derived_before_cannot_be_altered_unseen(server: Server, op1: Machine) -> None:
    purge(server, MORNING + SIX_YEARS + 150 * DAY)
    ((held,),) = rows(server.home, "SELECT document FROM horizon")
    altered = zstandard.decompress(held).replace(b'"pass"', b'"fail"', 1)
    sha = hashlib.sha256(altered).hexdigest()
    with closing(sqlite3.connect(server.home.database)) as connection, connection:
        connection.execute(
            "UPDATE horizon SET document = ?, sha = ?", (zstandard.compress(altered), sha)
        )

    assert "horizon" in {one.table for one in check(server.home, server.clinic.org)}


def test_a_finding_that_is_named_again_after_its_end_is_held(server: Server) -> None:
    machine = server.machine("OP1")
    for state in ("open", "fixed", "fixed"):
        machine.sync(machine.seal(machine.full(imaging=imaging(finding("a", state=state)))))
        server.passes(days=10)
    purge(server, MORNING + SIX_YEARS + 15 * DAY)

    assert payloads(server) == 1
    require_true(server)


def test_an_altered_table_is_put_right_beyond_the_horizon(server: Server, op1: Machine) -> None:
    purge(server, MORNING + SIX_YEARS + 150 * DAY)
    with closing(sqlite3.connect(server.home.database)) as connection, connection:
        connection.execute("UPDATE rule_span SET verdict = 'pass'")
        connection.execute("UPDATE rule_state SET observed_since = '2001-01-01 00:00:00'")

    assert rebuild(server.home, server.clinic.org)
    require_true(server)


def test_what_had_ended_before_is_told_no_more(server: Server, op1: Machine) -> None:
    purge(server, MORNING + SIX_YEARS + 150 * DAY)

    ((oldest,),) = rows(server.home, "SELECT min(known_to) FROM rule_span")
    assert oldest >= str((MORNING + 150 * DAY).replace(tzinfo=None))


@pytest.mark.parametrize("times", ["observed", "known"])
def test_of_an_erased_day_nothing_is_proven(server: Server, op1: Machine, times: Any) -> None:
    purge(server, MORNING + SIX_YEARS + 150 * DAY)
    machines = list(Row.objects.at(server.clinic.place))
    early, late = MORNING + 100 * DAY, MORNING + 155 * DAY

    then = [history.then(server.clinic.place, machines, at, times)[0] for at in (early, late)]

    assert then[0].doubt == "erased"
    assert then[0].tally.proven == 0
    assert then[1].doubt != "erased"


def test_erased_bytes_are_not_in_the_file_any_more(server: Server, op1: Machine) -> None:
    ((packed,),) = rows(server.home, "SELECT raw FROM report WHERE kind = 'full' AND seq = 1")
    purge(server, server.now + SIX_YEARS)
    with closing(sqlite3.connect(server.home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert packed[40:200] not in Path(server.home.database).read_bytes()


def test_a_bundle_of_today_lacks_nothing_for_facts_that_went(server: Server, op1: Machine) -> None:
    purge(server, server.now)

    outcome = verified(server, MORNING, server.now)
    assert outcome.checks["R1"] is outcome.checks["R4"] is Standing.PROVEN
    assert outcome.told.facts_gone == 36 - FACTS_DAYS // 10


def test_a_bundle_of_an_erased_time_says_that_it_was(server: Server, op1: Machine) -> None:
    until = server.now
    server.now += SIX_YEARS
    purge(server, server.now)
    server.passes(days=1)

    outcome = verified(server, MORNING, until)

    assert outcome.standing is Standing.INCOMPLETE
    assert {problem.check for problem in outcome.problems} == {"R1"}
    assert outcome.problems[0].what.startswith("36 reports of OP1, from 1:1 to 1:71, were erased")


def test_only_facts_that_are_kept_stand_where_room_is_used_again(
    server: Server, op1: Machine
) -> None:
    purge(server, server.now)
    sql = "SELECT DISTINCT raw IS NOT NULL AND kind = 'facts', rowid >= 1 << 40 FROM report"

    assert sorted(rows(server.home, sql)) == [(0, 0), (1, 1)]


def test_a_bundle_of_an_older_time_does_not_grow_for_facts(server: Server, op1: Machine) -> None:
    purge(server, server.now)
    outcome = verified(server, MORNING + 10 * DAY, MORNING + 20 * DAY)

    assert outcome.log.tree.size < 20


def test_nobody_waits_long_for_the_purge(server: Server) -> None:
    machine = server.machine("OP1")
    for _ in range(10):
        for _ in range(40):
            machine.seal(machine.full(*(verdict(f"rule-{number}") for number in range(60))))
        machine.sync(*machine.sealed[-40:])
        server.passes(days=1)

    slowest = 0.0
    with sweep._opened(server.home) as (live_, lock):
        look = sweep.Look(live_, server.clinic.org.hex, AT_ONCE)
        while plan := next(look.planned(look.machines()[0], server.now + SIX_YEARS), None):
            begun = time.process_time()
            sweep._erased(server.home, live_, lock, plan, server.now)
            slowest = max(slowest, time.process_time() - begun)

    assert payloads(server) == 0
    assert slowest < 0.05


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=histories, after=histories, share=st.floats(0, 1), days=st.sampled_from([0, 91]))
def test_after_any_history_and_any_purge_tables_are_what_reports_say(
    new_server: Callable[[], AbstractContextManager[Server]],
    before: list[Any],
    after: list[Any],
    share: float,
    days: int,
) -> None:
    with new_server() as server:
        both = live(server, before)
        cut = MORNING + (server.now - MORNING) * share
        purge(server, cut + SIX_YEARS)
        assert check(server.home, server.clinic.org) == ()
        server.passes(days=days)
        for one in both:
            one.seal(
                ("full", {"volumes-encrypted": "fail"}, ([("a", "open")], 0, True), ("ok", 0), 9)
            )
            one.send()
        purge(server, server.now)
        assert check(server.home, server.clinic.org) == ()
        assert books.check(server.home, server.clinic.org) == []
