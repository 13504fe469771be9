"""The SQL of intake: what is read and written for machines and their chains.

Each statement begins from `org_id`, but the one by which a stranger is first known: a key id. The
SQL of joining stands in controller.intake.tokens, that of the derived tables in
controller.findings.rows, of the log in controller.ledger.append. Values stand in columns as
controller.ledger.sql says; rows are frozen data classes.
"""

from dataclasses import dataclass, fields
from typing import Any

from controller.ledger import passing
from controller.ledger.sql import Cursor, marks
from evidence.words import MachineState


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whose key an id names; is it still in force is asked again in the transaction."""

    org: str
    clinic: str
    machine: str
    agent: str
    purpose: str
    public: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a machine stands, and when its clinic is open: read with it, never written."""

    time_zone: str
    hours: str
    closures: str
    clinic: str
    agent_id: str
    presence: str
    anchor: str
    enrolled_at: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice of the controller's own keys: its number, its kind, and the envelope as JSON."""

    n: int
    kind: str
    generation: int | None
    envelope: bytes


@dataclass(frozen=True, slots=True)
class MachineRow:
    """The columns of a machine that a sync may move; times as they stand in columns."""

    state: MachineState
    epoch: int
    head_seq: int
    head_sha: str
    full_seq: int
    full_sha: str
    nonce: str
    boot: str
    other_boot: str
    other_boot_at: str | None
    turns: int
    clone_suspected_at: str | None
    key_id: str
    keyed_at: str | None
    receipt: int
    noticed: int
    told: int
    orders: str
    ca: str
    os_version: str
    agent_version: str
    policy_state: str
    pack_sha: str
    pack_version: str
    seen_at: str | None
    reported_at: str | None
    observed_at: str | None
    due_by: str | None
    clock_trust: str
    n_pass: int
    n_fail: int
    n_error: int
    n_unknown: int
    n_na: int
    worst: int
    n_findings: int


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of `report`, in the order of its columns."""

    org_id: str
    received_at: str
    machine_id: str
    epoch: int
    seq: int
    sha: str
    kind: str
    standing: str
    why: str | None
    raw: bytes | None
    dict_id: int | None
    leaf: int


NEW_MACHINE: dict[str, Any] = {
    **dict.fromkeys(("epoch",), 1),
    **dict.fromkeys(("receipt",), 1),
    **dict.fromkeys(("head_seq", "full_seq", "worst", "n_findings"), 0),
    **dict.fromkeys(("noticed", "told", "turns"), 0),
    **dict.fromkeys(("ca", "disposal"), ""),
    **dict.fromkeys(("orders",), "[]"),
    **dict.fromkeys(("n_pass", "n_fail", "n_error", "n_unknown", "n_na"), 0),
    **dict.fromkeys(("full_sha", "boot", "other_boot", "clock_trust"), ""),
    **dict.fromkeys(("policy_state", "pack_sha", "pack_version", "host_key"), ""),
}
"""The columns of a machine that has said nothing yet."""


def _columns(of: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of))


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)})"  # noqa: S608


def _insert_at(rowid: str, table: str, columns: tuple[str, ...]) -> str:
    return (
        f"INSERT INTO {table} (rowid, {', '.join(columns)})"  # noqa: S608
        f" VALUES ({rowid}, {marks(columns)})"
    )


_OPENING = ("time_zone", "hours", "closures")
_WHOSE = ("clinic_id", "agent_id", "presence", "anchor", "enrolled_at")
_MACHINE = _columns(MachineRow)
_REPORT = _columns(ReportRow)
_READ_MACHINE = (
    f"SELECT {', '.join(f'c.{name}' for name in _OPENING)},"  # noqa: S608
    f" {', '.join(f'm.{name}' for name in (*_WHOSE, *_MACHINE))}"
    " FROM machine m JOIN clinic c ON c.id = m.clinic_id WHERE m.org_id = %s AND m.id = %s"
)
_MOVE_MACHINE = (
    f"UPDATE machine SET {', '.join(f'{name} = %s' for name in _MACHINE)}"  # noqa: S608
    " WHERE org_id = %s AND id = %s"
)
_ADD_REPORT = _insert_at(passing.stays("report"), "report", _REPORT)
_ADD_FACTS = _insert_at(passing.passes("report"), "report", _REPORT)
_ADD_KEY = _insert(
    "machine_key",
    ("id", "org_id", "machine_id", "key_id", "purpose", "scheme", "public", "valid_from_leaf"),
)


def key_holder(cursor: Cursor, key_id: str) -> KeyHolder | None:
    """Whose key is this? The id is a hint and comes before any org is known."""
    cursor.execute(
        "SELECT k.org_id, m.clinic_id, k.machine_id, m.agent_id, k.purpose, k.public"
        " FROM machine_key k JOIN machine m ON m.id = k.machine_id WHERE k.key_id = %s",
        (key_id,),
    )
    row = cursor.fetchone()
    return KeyHolder(*row) if row else None


def keys_in_force(cursor: Cursor, org: str, machine: str) -> dict[str, str]:
    """Key id -> purpose of every key of a machine that counts now."""
    cursor.execute(
        "SELECT key_id, purpose FROM machine_key"
        " WHERE org_id = %s AND machine_id = %s AND valid_to_leaf IS NULL",
        (org, machine),
    )
    return dict(cursor.fetchall())


def machine(cursor: Cursor, org: str, name: str) -> tuple[Place, MachineRow]:
    """A machine as it stands; LookupError if there is none."""
    cursor.execute(_READ_MACHINE, (org, name))
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"org {org} has no machine {name}")
    whose = len(_OPENING) + len(_WHOSE)
    return Place(*row[:whose]), MachineRow(*row[whose:])


def move_machine(cursor: Cursor, org: str, name: str, row: MachineRow) -> None:
    """Write the columns that a sync may move."""
    cursor.execute(_MOVE_MACHINE, (*(getattr(row, column) for column in _MACHINE), org, name))


def opening(cursor: Cursor, clinic: str) -> tuple[str, str, str]:
    """Time zone, hours and closures of a clinic."""
    cursor.execute(f"SELECT {', '.join(_OPENING)} FROM clinic WHERE id = %s", (clinic,))  # noqa: S608
    row: tuple[str, str, str] = cursor.fetchone()
    return row


def add_report(cursor: Cursor, row: ReportRow) -> None:
    """Store a report, or with no bytes that there was one."""
    will_pass = row.kind == "facts" and row.raw is not None
    sql = _ADD_FACTS if will_pass else _ADD_REPORT
    cursor.execute(sql, tuple(getattr(row, column) for column in _REPORT))


def add_key(cursor: Cursor, row: tuple[Any, ...]) -> None:
    """A new key: id, org, machine, key id, purpose, scheme, public, first leaf."""
    cursor.execute(_ADD_KEY, row)


def end_keys(cursor: Cursor, org: str, name: str, purpose: str, leaf: int) -> None:
    """A machine's keys of one purpose count up to this leaf."""
    cursor.execute(
        "UPDATE machine_key SET valid_to_leaf = %s WHERE org_id = %s AND machine_id = %s"
        " AND purpose = %s AND valid_to_leaf IS NULL",
        (leaf, org, name, purpose),
    )


def notices(cursor: Cursor, org: str, clinic: str) -> tuple[NoticeRow, ...]:
    """What the machines of a clinic are told of the controller's own keys, the oldest first."""
    cursor.execute(
        "SELECT n, kind, generation, envelope FROM notice"
        " WHERE org_id = %s AND clinic_id = %s ORDER BY n",
        (org, clinic),
    )
    return tuple(NoticeRow(*row) for row in cursor.fetchall())


def is_known_key(cursor: Cursor, *key_ids: str) -> bool:
    """Does any machine hold one of these keys, now or before?"""
    cursor.execute(f"SELECT 1 FROM machine_key WHERE key_id IN ({marks(key_ids)})", key_ids)  # noqa: S608
    return cursor.fetchone() is not None


def insert(cursor: Cursor, table: str, row: dict[str, Any]) -> None:
    """Insert one row of a table that is written now and then: column -> value."""
    cursor.execute(_insert(table, tuple(row)), tuple(row.values()))
