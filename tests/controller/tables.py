"""What stands in the tables, for claims about it: read apart from everything that writes them."""

import sqlite3
from contextlib import closing
from typing import Any

from controller.identity.home import ControllerHome
from evidence import merkle
from evidence.checkpoint import Checkpoint, parse


def rows(home: ControllerHome, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """The rows of a query, over a connection of its own."""
    with closing(sqlite3.connect(home.database)) as connection:
        return connection.execute(sql, params).fetchall()


def contents(home: ControllerHome) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    names = [
        name
        for (name,) in rows(home, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "django_"))
    ]
    return {name: sorted(rows(home, f"SELECT * FROM {name}"), key=repr) for name in names}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The names of tables that are not as they were."""
    return {name for name in after if after[name] != before.get(name)}


def lines(home: ControllerHome, log: str) -> list[bytes]:
    """The lines of a log, in order."""
    return [
        line
        for (line,) in rows(home, "SELECT line FROM log_entry WHERE log_id = ? ORDER BY idx", log)
    ]


def check_logs(home: ControllerHome) -> dict[str, Checkpoint]:
    """Each log folded anew from its stored lines; its newest checkpoint must say the same."""
    found = {}
    for log, origin, size in rows(home, "SELECT id, origin, size FROM log"):
        frontier = merkle.Frontier()
        stored = lines(home, log)
        for line in stored:
            frontier, _ = frontier.append(merkle.leaf_hash(line))
        ((note,),) = rows(
            home, "SELECT note FROM checkpoint WHERE log_id = ? AND size = ?", log, size
        )
        assert parse(note) == Checkpoint(origin, len(stored), frontier.root)
        found[log] = parse(note)
    return found


def chain(home: ControllerHome, machine: str) -> list[tuple[int, int, str, str]]:
    """Epoch, seq, hash and standing of a machine's reports, in order."""
    return rows(
        home,
        "SELECT epoch, seq, sha, standing FROM report WHERE machine_id = ?"
        " ORDER BY epoch, seq, leaf",
        machine.replace("-", ""),
    )
