"""Do the derived tables say what the reports say?

Everything derived is derived again from `report`, beside the live tables: in a database in memory,
by the very code that intake uses. `check` compares; `rebuild` puts the derived rows in place.

- Not derivable, and so left alone: rule numbers, waivers, and who a machine is. What waivers say of
  the failures that are open is derived, from both.
- A check reads one snapshot and holds nobody up; a rebuild holds the writer's lock.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from controller.findings import rows, shields
from controller.findings.derive import Derivation
from controller.findings.fold import Standing
from controller.findings.rows import Counts, Subject
from controller.identity.home import ControllerHome
from controller.ledger import raw
from controller.ledger.sql import PercentCursor, connect, cursor, instant, marks, moment
from controller.policy.rulebook import Rulebook
from evidence.bodies import Delta, Facts, Full
from evidence.report import Report

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many machines are done, and of how many."""


def _quietly(done: int, of: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of which the columns named are derived; the others are left alone."""

    name: str
    key: tuple[str, ...]
    derived: tuple[str, ...]


_SPAN = ("observed_from", "observed_to", "known_from", "known_to")
_STATE = ("clinic_id", "verdict", "observed_since", "known_since", "rev", "pack_sha", "evidence")
_FILE = ("clinic_id", "root", "role", "verdict", "kind", "reason", "volume", "reach", "state")
_FACTS = ("catalogue", "document", "digest", "observed_at", "known_at")
_IMAGING = ("imaging", "imaging_observed_at")
_COUNTERS = ("n_pass", "n_fail", "n_error", "n_unknown", "n_na")
_CHAIN = ("epoch", "head_seq", "head_sha", "full_seq", "full_sha", "reported_at", "observed_at")
_OF_MACHINE = ("org_id", "machine_id")

DERIVED = (
    Table("rule_state", (*_OF_MACHINE, "rule_no"), _STATE),
    Table("rule_span", (*_OF_MACHINE, "rule_no", "epoch", "seq"), ("verdict", *_SPAN)),
    Table("clinic_rule", ("org_id", "clinic_id", "rule_no"), _COUNTERS),
    Table("finding", (*_OF_MACHINE, "finding_id"), (*_FILE, *_SPAN, "known_last")),
    Table("evidence_gap", (*_OF_MACHINE, "epoch", "seq"), ("reason", *_SPAN)),
    Table("facts_now", _OF_MACHINE, (*_FACTS, *_IMAGING)),
    Table("shield", (*_OF_MACHINE, "rule_no", "since_at"), ("clinic_id", "until_at", "waiver_id")),
)
MACHINE = Table("machine", ("org_id", "id"), (*_CHAIN, *_COUNTERS, "worst", "n_findings"))
_GIVEN = ("machine", "rule", "pack", "waiver")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the reports say; None where there is no such row."""

    table: str
    key: tuple[Any, ...]
    live: tuple[Any, ...] | None
    derived: tuple[Any, ...] | None

    @property
    def of(self) -> dict[str, Any]:
        """Whose row it is, by the names of its key's columns."""
        return dict(zip(_table(self.table).key, self.key, strict=True))

    @property
    def columns(self) -> tuple[tuple[str, Any, Any], ...]:
        """Column, what it holds, what the reports say; empty where one of the rows is missing."""
        if self.live is None or self.derived is None:
            return ()
        each = zip(_table(self.table).derived, self.live, self.derived, strict=True)
        return tuple((name, is_, should) for name, is_, should in each if is_ != should)


def check(home: ControllerHome, org: UUID, progress: Progress = _quietly) -> tuple[Difference, ...]:
    """Every derived row of an org that differs from what its reports say."""
    with closing(connect(home.database)) as connection:
        live = cursor(connection)
        live.execute("BEGIN")
        with closing(_derive(live, org.hex, progress)) as scratch:
            return tuple(_differences(live, cursor(scratch), org.hex))


def rebuild(
    home: ControllerHome, org: UUID, progress: Progress = _quietly
) -> tuple[Difference, ...]:
    """Put the derived rows of an org in place; what was different before."""
    with closing(connect(home.database)) as connection:
        live = cursor(connection)
        live.execute("BEGIN IMMEDIATE")
        with closing(_derive(live, org.hex, progress)) as scratch:
            derived = cursor(scratch)
            found = tuple(_differences(live, derived, org.hex))
            for difference in found:
                _put(live, difference)
        live.execute("COMMIT")
    return found


def _differences(live: PercentCursor, derived: PercentCursor, org: str) -> Iterator[Difference]:
    for table in (*DERIVED, MACHINE):
        is_, should = _rows(live, table, org), _rows(derived, table, org)
        for key in sorted(is_.keys() | should.keys()):
            if is_.get(key) != should.get(key):
                yield Difference(table.name, key, is_.get(key), should.get(key))


def _rows(of: PercentCursor, table: Table, org: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    columns = ", ".join((*table.key, *table.derived))
    of.execute(f"SELECT {columns} FROM {table.name} WHERE org_id = %s", (org,))  # noqa: S608
    width = len(table.key)
    found = {row[:width]: row[width:] for row in of.fetchall()}
    if table.name != "clinic_rule":
        return found
    # A rule that no machine has any more may have kept its row of zeros.
    return {key: row for key, row in found.items() if any(row)}


def _put(live: PercentCursor, difference: Difference) -> None:
    """Make one row what it should be; columns that are not derived keep what they hold."""
    table = _table(difference.table)
    where = " AND ".join(f"{name} = %s" for name in table.key)
    if difference.derived is None:
        live.execute(f"DELETE FROM {table.name} WHERE {where}", difference.key)  # noqa: S608
    elif difference.live is None:
        columns = (*table.key, *table.derived)
        live.execute(
            f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks(columns)})",  # noqa: S608
            (*difference.key, *difference.derived),
        )
    else:
        values = ", ".join(f"{name} = %s" for name in table.derived)
        live.execute(
            f"UPDATE {table.name} SET {values} WHERE {where}",  # noqa: S608
            (*difference.derived, *difference.key),
        )


def _table(name: str) -> Table:
    return next(each for each in (*DERIVED, MACHINE) if each.name == name)


def _derive(live: PercentCursor, org: str, progress: Progress) -> sqlite3.Connection:
    """A database in memory with what the reports of an org say."""
    scratch = sqlite3.connect(":memory:", isolation_level=None)
    derived = cursor(scratch)
    _copy_tables(live, derived, org)
    counts: Counts = {}
    rulebook = Rulebook(learns=False)
    derived.execute("SELECT org_id, clinic_id, id FROM machine ORDER BY id")
    machines = derived.fetchall()
    for done, whose in enumerate(machines):
        progress(done, len(machines))
        _derive_machine(live, derived, Subject(*whose), rulebook, counts)
    progress(len(machines), len(machines))
    rows.move(derived, org, counts)
    derived.execute("SELECT DISTINCT clinic_id FROM waiver")
    for (clinic,) in derived.fetchall():
        shields.lay(derived, org, clinic)
    return scratch


def _copy_tables(live: PercentCursor, derived: PercentCursor, org: str) -> None:
    names = (*_GIVEN, *(table.name for table in DERIVED))
    live.execute(
        f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name IN ({marks(names)})",  # noqa: S608
        names,
    )
    for (sql,) in live.fetchall():
        derived.execute(sql)
    for name in _GIVEN:
        live.execute(f"SELECT * FROM {name} WHERE org_id = %s", (org,))  # noqa: S608
        given = live.fetchall()
        if given:
            derived.executemany(f"INSERT INTO {name} VALUES ({marks(given[0])})", given)  # noqa: S608


def _derive_machine(
    live: PercentCursor, derived: PercentCursor, of: Subject, rulebook: Rulebook, counts: Counts
) -> None:
    derived.execute("SELECT anchor, visitor_id, agent_id FROM machine WHERE id = %s", (of.machine,))
    anchor, visitor, agent = derived.fetchone()
    host = str(UUID(agent)) if visitor else None
    chain = {"epoch": 1, "head_seq": 0, "head_sha": anchor, **_NO_FULL}
    derivation = Derivation(derived, of, rulebook, Standing(), host)
    live.execute(
        "SELECT epoch, seq, sha, received_at, raw FROM report WHERE org_id = %s"
        " AND machine_id = %s AND standing <> 'fork' ORDER BY epoch, seq",
        (of.org, visitor or of.machine),
    )
    for epoch, seq, sha, received, packed in live.fetchall():
        report = Report.from_bytes(raw.unpack(packed).payload) if packed is not None else None
        if host is not None and (report is None or _host(report) != host):
            continue
        if epoch != chain["epoch"]:
            chain |= {"full_seq": 0, "full_sha": ""}
        chain |= {"epoch": epoch, "head_seq": seq, "head_sha": sha, "reported_at": received}
        if report is None:
            derivation.pass_over(instant(received))
            continue
        derivation.take(report, instant(received))
        if isinstance(report.body, Full) and report.body.subject.id == host:
            chain |= {"full_seq": seq, "full_sha": sha}
    tally = derivation.count(counts)
    observed = derivation.standing.observed_at
    chain["observed_at"] = moment(observed) if observed else None
    values = (*(chain[name] for name in _CHAIN), *tally.n, tally.worst, tally.n_findings)
    names = ", ".join(f"{name} = %s" for name in MACHINE.derived)
    derived.execute(f"UPDATE machine SET {names} WHERE id = %s", (*values, of.machine))  # noqa: S608


def _host(report: Report) -> str | None:
    """The host that a report speaks of, if it is on one."""
    body = report.body
    return body.subject.id if isinstance(body, Full | Delta | Facts) else None


_NO_FULL: dict[str, Any] = {"full_seq": 0, "full_sha": "", "reported_at": None}
