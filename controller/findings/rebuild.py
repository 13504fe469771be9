"""Do the derived tables say what the reports say?

Everything derived is derived again from `report`, beside the live tables: in a database in memory,
by the very code that intake uses. `check` compares; `rebuild` puts the derived rows in place.

- Not derivable, and so left alone: rule numbers, waivers, and who a machine is. What waivers say of
  the failures that are open is derived, from both.
- What was derived from reports that were erased since stands in `horizon`: there the derivation
  begins. A check holds its bytes against the signed log.
- A check reads one snapshot and holds nobody up; a rebuild holds the writer's lock.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from controller.findings import horizon, replay, rows, shields, tables
from controller.findings.rows import Counts, Subject
from controller.findings.tables import Table
from controller.identity.home import ControllerHome
from controller.ledger.sql import PercentCursor, connect, cursor, marks
from controller.policy.rulebook import Rulebook

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many machines are done, and of how many."""


def _quietly(done: int, of: int) -> None:
    """Nobody watches."""


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
        return dict(zip(tables.named(self.table).key, self.key, strict=True))

    @property
    def columns(self) -> tuple[tuple[str, Any, Any], ...]:
        """Column, what it holds, what the reports say; empty where one of the rows is missing."""
        if self.live is None or self.derived is None:
            return ()
        each = zip(tables.named(self.table).derived, self.live, self.derived, strict=True)
        return tuple((name, is_, should) for name, is_, should in each if is_ != should)


def check(home: ControllerHome, org: UUID, progress: Progress = _quietly) -> tuple[Difference, ...]:
    """Every derived row of an org that differs from what its reports say."""
    with closing(connect(home.database)) as connection:
        live = cursor(connection)
        live.execute("BEGIN")
        with closing(_derive(live, org.hex, progress)) as scratch:
            return (
                *(_altered(one) for one in horizon.altered(live, org.hex)),
                *_differences(live, cursor(scratch), org.hex),
            )


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


def _altered(one: horizon.Altered) -> Difference:
    return Difference(tables.HORIZON.name, one.key, (one.found,), (one.logged,))


def _differences(live: PercentCursor, derived: PercentCursor, org: str) -> Iterator[Difference]:
    for table in (*tables.DERIVED, tables.MACHINE):
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
    table = tables.named(difference.table)
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


def _derive(live: PercentCursor, org: str, progress: Progress) -> sqlite3.Connection:
    """A database in memory with what the reports of an org say."""
    scratch = tables.scratch(live, org)
    derived = cursor(scratch)
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


def _derive_machine(
    live: PercentCursor, derived: PercentCursor, of: Subject, rulebook: Rulebook, counts: Counts
) -> None:
    played = replay.play(live, derived, of, rulebook)
    tally = played.derivation.count(counts)
    values = (
        *(played.chain[name] for name in tables.CHAIN),
        *tally.n,
        tally.worst,
        tally.n_findings,
    )
    names = ", ".join(f"{name} = %s" for name in tables.MACHINE.derived)
    derived.execute(f"UPDATE machine SET {names} WHERE id = %s", (*values, of.machine))  # noqa: S608
