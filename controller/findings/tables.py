"""Which columns are derived, and where are they derived again?

In a database in memory, `scratch`: the derived tables empty, and what cannot be derived copied.
"""

import sqlite3
from dataclasses import dataclass

from controller.ledger.sql import PercentCursor, cursor, marks


@dataclass(frozen=True, slots=True)
class Table:
    """A table of which the columns named are derived; the others are left alone."""

    name: str
    key: tuple[str, ...]
    derived: tuple[str, ...]


SPAN = ("observed_from", "observed_to", "known_from", "known_to")
STATE = ("clinic_id", "verdict", "observed_since", "known_since", "rev", "pack_sha", "evidence")
FILE = ("clinic_id", "root", "role", "verdict", "kind", "reason", "volume", "reach", "state")
FACTS = ("catalogue", "document", "digest", "observed_at", "known_at")
IMAGING = ("imaging", "imaging_observed_at")
COUNTERS = ("n_pass", "n_fail", "n_error", "n_unknown", "n_na")
CHAIN = ("epoch", "head_seq", "head_sha", "full_seq", "full_sha", "reported_at", "observed_at")
OF_MACHINE = ("org_id", "machine_id")

DERIVED = (
    Table("rule_state", (*OF_MACHINE, "rule_no"), STATE),
    Table("rule_span", (*OF_MACHINE, "rule_no", "epoch", "seq"), ("verdict", *SPAN)),
    Table("clinic_rule", ("org_id", "clinic_id", "rule_no"), COUNTERS),
    Table("finding", (*OF_MACHINE, "finding_id"), (*FILE, *SPAN, "known_last")),
    Table("evidence_gap", (*OF_MACHINE, "epoch", "seq"), ("reason", *SPAN)),
    Table("facts_now", OF_MACHINE, (*FACTS, *IMAGING)),
    Table("shield", (*OF_MACHINE, "rule_no", "since_at"), ("clinic_id", "until_at", "waiver_id")),
)
MACHINE = Table("machine", ("org_id", "id"), (*CHAIN, *COUNTERS, "worst", "n_findings"))
GIVEN = ("machine", "rule", "pack", "waiver")
HORIZON = Table("horizon", OF_MACHINE, ("sha",))
"""Not derived again: its bytes are held against the log."""


def named(name: str) -> Table:
    """The table of that name."""
    return next(each for each in (*DERIVED, MACHINE, HORIZON) if each.name == name)


def scratch(live: PercentCursor, org: str) -> sqlite3.Connection:
    """A database in memory with the derived tables, empty, and what of an org is not derived."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    derived = cursor(made)
    names = (*GIVEN, *(table.name for table in DERIVED))
    live.execute(
        f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name IN ({marks(names)})",  # noqa: S608
        names,
    )
    for (sql,) in live.fetchall():
        derived.execute(sql)
    for name in GIVEN:
        live.execute(f"SELECT * FROM {name} WHERE org_id = %s", (org,))  # noqa: S608
        given = live.fetchall()
        if given:
            derived.executemany(f"INSERT INTO {name} VALUES ({marks(given[0])})", given)  # noqa: S608
    return made
