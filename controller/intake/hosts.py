"""What becomes of a report on a host that an agent visits?

A host without an agent is a machine of its visitor's clinic, with verdicts, facts and counts of its
own. It is known by the visitor and by the random id that the visitor gave it, so an agent can
speak of no machine but those that it brought in itself, and of no more than `MOST`.

- Its chain is its visitor's: `epoch` and head are those of the last report on it.
- A full report without verdicts takes it back: the host is `retired`, until there are some again.
- A visitor says all of its hosts at least once a day; one of which it says nothing is silent, and
  so is each host of a visitor that is silent itself.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from controller.findings import contact, rows
from controller.findings.derive import Derivation
from controller.findings.rows import Subject
from controller.fleet.silence import VISITED
from controller.intake import statements
from controller.intake.batch import Batch
from controller.intake.receive import Record
from controller.ledger.sql import moment
from evidence import bodies
from evidence.bodies import Delta, Facts, Full
from evidence.report import Report
from evidence.words import RejectWhy

MOST = 256
"""Hosts that one agent may ever speak of; its settings hold 64 at once."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """The columns of a host that a report on it may move; times as they stand in columns."""

    state: str
    host: str
    host_key: str
    role: str
    os_family: str
    os_version: str
    os_arch: str
    agent_version: str
    epoch: int
    head_seq: int
    head_sha: str
    full_seq: int
    full_sha: str
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


_COLUMNS = tuple(field.name for field in fields(HostRow))
_READ = f"SELECT {', '.join(_COLUMNS)} FROM machine WHERE org_id = %s AND id = %s"  # noqa: S608
_MOVE = (
    f"UPDATE machine SET {', '.join(f'{name} = %s' for name in _COLUMNS)}"  # noqa: S608
    " WHERE org_id = %s AND id = %s"
)


def row_id(visitor: str, host: str) -> str:
    """The id of a host's row, from its visitor's and from the one that the visitor gave it."""
    return uuid5(UUID(visitor), str(UUID(host))).hex


@dataclass(slots=True)
class _Host:
    """A host of which this sync speaks."""

    row: HostRow
    derivation: Derivation
    is_judged: bool = False


class Hosts:
    """The hosts of one agent, as far as its reports of this sync speak of them."""

    def __init__(self, batch: Batch, visitor: Subject, known: datetime) -> None:
        self._batch = batch
        self._visitor = visitor
        self._known = known
        self._open: dict[str, _Host] = {}

    def refusal(self, record: Record) -> RejectWhy | None:
        """Why a report on a host cannot be stored: no basis for a delta, or one host too many."""
        body = record.body
        if not isinstance(body, Full | Delta | Facts) or body.subject.id is None:
            return None
        row = self._read(body.subject.id)
        if isinstance(body, Delta):
            basis = (record.header.epoch, body.basis.seq, body.basis.hash)
            is_newest = row is not None and basis == (row.epoch, row.full_seq, row.full_sha)
            return None if is_newest else "basis"
        return "limits" if row is None and self._count() >= MOST else None

    def take(self, record: Record, report: Report) -> None:
        """Write what a stored report says of a host; nothing if it speaks of none."""
        body, header = report.body, report.header
        if not isinstance(body, Full | Delta | Facts) or body.subject.id is None:
            return
        host = self._opened(body.subject)
        host.derivation.take(report, self._known)
        row = host.row
        contact.note(
            self._batch.cursor,
            Subject(self._visitor.org, self._visitor.clinic, self._name(body.subject)),
            "always_on",
            contact.Silence(row.due_by, self._known, contact.UNHEARD),
        )
        if row.epoch != header.epoch:
            row = replace(row, full_seq=0, full_sha="")
        host.row = replace(
            row,
            epoch=header.epoch,
            head_seq=header.seq,
            head_sha=record.sha,
            host=body.subject.label or row.host,
            host_key=body.subject.host_key or row.host_key,
            seen_at=moment(self._known),
            reported_at=moment(self._known),
            due_by=moment(self._known + VISITED),
            clock_trust=header.clock.trust,
        )
        if isinstance(body, Full | Delta):
            host.is_judged = True
            host.row = self._said(host.row, body, record)

    def close(self) -> None:
        """Write the rows of all that was spoken of."""
        for name, host in sorted(self._open.items()):
            observed = host.derivation.standing.observed_at
            row = replace(host.row, observed_at=moment(observed) if observed else None)
            if host.is_judged:
                of = Subject(self._visitor.org, self._visitor.clinic, name)
                self._batch.turned(of, host.derivation.turned)
                tally = host.derivation.count(self._batch.counts(self._visitor.org))
                n_pass, n_fail, n_error, n_unknown, n_na = tally.n
                row = replace(
                    row,
                    n_pass=n_pass,
                    n_fail=n_fail,
                    n_error=n_error,
                    n_unknown=n_unknown,
                    n_na=n_na,
                    worst=tally.worst,
                )
            values = (getattr(row, column) for column in _COLUMNS)
            self._batch.cursor.execute(_MOVE, (*values, self._visitor.org, name))
            self._batch.touched(Subject(self._visitor.org, self._visitor.clinic, name))

    def _said(self, row: HostRow, body: Full | Delta, record: Record) -> HostRow:
        packs = body.policy.packs
        row = replace(
            row,
            role=body.policy.role or "",
            os_family=body.os.family,
            os_version=body.os.version or row.os_version,
            os_arch=body.os.arch,
            agent_version=body.agent_version,
            policy_state=body.policy.state,
            pack_sha=packs[0].sha256 if packs else "",
            pack_version=packs[0].version if packs else "",
        )
        if not isinstance(body, Full):
            return row
        state = self._state() if body.verdicts else "retired"
        return replace(row, state=state, full_seq=record.header.seq, full_sha=record.sha)

    def _state(self) -> str:
        """A host counts as approved as far as its visitor does."""
        return statements.machine(self._batch.cursor, *self._visitor.key)[1].state

    def _name(self, subject: bodies.Subject) -> str:
        return row_id(self._visitor.machine, subject.id or "")

    def _opened(self, subject: bodies.Subject) -> _Host:
        name = self._name(subject)
        if name not in self._open:
            row = self._read(subject.id or "") or self._new(name, subject)
            of = Subject(self._visitor.org, self._visitor.clinic, name)
            standing = rows.standing(self._batch.cursor, of, (), (row.observed_at, row.reported_at))
            derivation = Derivation(
                self._batch.cursor, of, self._batch.rulebook, standing, subject.id
            )
            self._open[name] = _Host(row, derivation)
        return self._open[name]

    def _read(self, subject: str) -> HostRow | None:
        name = row_id(self._visitor.machine, subject)
        if name in self._open:
            return self._open[name].row
        self._batch.cursor.execute(_READ, (self._visitor.org, name))
        row = self._batch.cursor.fetchone()
        return HostRow(*row) if row else None

    def _count(self) -> int:
        self._batch.cursor.execute(
            "SELECT count(*) FROM machine WHERE org_id = %s AND visitor_id = %s", self._visitor.key
        )
        return int(self._batch.cursor.fetchone()[0])

    def _new(self, name: str, subject: bodies.Subject) -> HostRow:
        self._batch.cursor.execute(
            "SELECT site_id, state FROM machine WHERE org_id = %s AND id = %s", self._visitor.key
        )
        site, state = self._batch.cursor.fetchone()
        row: dict[str, Any] = {
            **statements.NEW_MACHINE,
            **dict.fromkeys(("os_version", "agent_version", "role", "nonce", "anchor"), ""),
            **dict.fromkeys(("key_id", "head_sha"), ""),
            "id": name,
            "org_id": self._visitor.org,
            "clinic_id": self._visitor.clinic,
            "site_id": site,
            "visitor_id": self._visitor.machine,
            "agent_id": UUID(subject.id).hex,
            "host": subject.label,
            "host_key": subject.host_key,
            "os_family": "other",
            "os_arch": "other",
            "presence": "always_on",
            "state": state,
            "enrolled_at": moment(self._known),
            "hw": "{}",
        }
        statements.insert(self._batch.cursor, "machine", row)
        found = self._read(subject.id or "")
        if found is None:
            raise LookupError(f"the host {name} was not written")
        return found
