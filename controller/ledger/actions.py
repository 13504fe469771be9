"""How does an act of a person come into the books, in the transaction of the act?

`acting` opens the transaction; whatever is done in it is `record`ed: a row of `audit`, and a leaf
in the log of the clinic that it concerns, or in the org's. So an administrator cannot act without
a trace that the agents witness.

- The lock is moved after COMMIT, also when the act is part of a larger transaction.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import connection, transaction

from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.append import Appender, Line, LogRow, log_of, open_log
from controller.ledger.bus import BUS, Change, Kind
from controller.ledger.lock import CheckpointLock
from controller.ledger.models import Audit, Document
from controller.ledger.sql import Cursor, to_millisecond
from controller.tenants.models import Clinic, Org
from evidence import messages
from evidence.leaf import AdminLeaf, AttestationLeaf, KeysLeaf, WaiverLeaf
from evidence.note import Verifier


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, from where, and when. `actor` is a user's name, or `shell` on the server.

    `user` is the id of the account, null for the shell: leaves hold it, and no name.
    """

    actor: str
    address: str
    at: datetime
    user: UUID | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what; `before` and `after` are JSON or null. No secret stands in either."""

    action: str
    object: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person signed off: `data` is kept byte for byte, and its hash is in the log.

    `about` is the id of the waiver or attestation, `act` what was done to it.
    """

    kind: Literal["waiver", "attestation"]
    about: UUID
    act: str
    data: bytes


class Books:
    """The open transaction of `acting`."""

    def __init__(self, home: ControllerHome, by: By, lock: CheckpointLock) -> None:
        self.home = home
        self.by = by
        self.cursor: Cursor = connection.cursor()
        self.keys = Keys.load(home)
        self._appender = Appender(self.cursor, self.keys, lock, by.at)
        self._changed: set[Change] = set()

    def record(self, org: UUID, clinic: UUID | None, act: Act) -> Audit:
        """Write the act into `audit` and into the log that it concerns."""
        log = self._log(org, clinic)
        self.cursor.execute("SELECT max(n) FROM audit WHERE org_id = %s", (org.hex,))
        row = Audit(
            org_id=org,
            clinic_id=clinic,
            n=(self.cursor.fetchone()[0] or 0) + 1,
            at=to_millisecond(self.by.at),
            actor=self.by.actor,
            address=self.by.address,
            action=act.action,
            object=act.object,
            before=act.before,
            after=act.after,
            log_id=UUID(log.id),
        )
        row.leaf = self._append(log, Line("admin", leaf_of(row).to_line()))
        row.save(force_insert=True)
        return row

    def state(self, org: UUID, clinic: UUID, said: Statement) -> Document:
        """Keep what a person signed off, and its hash in the clinic's log."""
        of = {"waiver": WaiverLeaf, "attestation": AttestationLeaf}[said.kind]
        sha = hashlib.sha256(said.data).hexdigest()
        leaf = of(at=to_millisecond(self.by.at), id=str(said.about), act=said.act, doc=sha)
        log = self._log(org, clinic)
        row = Document(
            org_id=org,
            clinic_id=clinic,
            log_id=UUID(log.id),
            leaf=self._append(log, Line(said.kind, leaf.to_line())),
            kind=said.kind,
            document_id=said.about,
            act=said.act,
            data=said.data,
        )
        row.save(force_insert=True)
        return row

    def leaf(self, org: UUID, clinic: UUID | None, line: Line) -> int:
        """Append one line to a clinic's log, or to the org's; its index."""
        return self._append(self._log(org, clinic), line)

    def open_log(self, org: UUID, clinic: UUID | None) -> None:
        """A new log, whose first two lines say which keys speak for it."""
        uuid = uuid4()
        origin = open_log(self.cursor, org, clinic, uuid, self.home.log_names())
        vkey = str(Verifier(origin, self.keys.log(uuid, 1).public))
        for notice in messages.opening(self.keys.receipt(), vkey):
            leaf = KeysLeaf(at=self.by.at, env=notice.sha)
            self.leaf(org, clinic, Line("keys", leaf.to_line(), env=notice.sha))

    def _log(self, org: UUID, clinic: UUID | None) -> LogRow:
        self._changed |= {Change(org, clinic, kind) for kind in Kind}
        return log_of(self.cursor, org.hex, clinic.hex if clinic else None)

    def _append(self, log: LogRow, line: Line) -> int:
        return self._appender.append(log, [line]).first

    def settle_on_commit(self) -> None:
        """Have the lock moved, and the change told, when the outermost transaction is through."""
        transaction.on_commit(partial(_settle, self.home, self._appender))
        transaction.on_commit(partial(BUS.tell, self._changed))


@contextmanager
def acting(home: ControllerHome, by: By) -> Iterator[Books]:
    """One transaction for an act and its traces."""
    with closing(CheckpointLock.open(home)) as lock, transaction.atomic():
        books = Books(home, by, lock)
        yield books
        books.settle_on_commit()


def told(home: ControllerHome, by: By, act: Act, org: UUID, clinic: UUID | None = None) -> None:
    """An act that changes no other row: it is only told."""
    with acting(home, by) as books:
        books.record(org, clinic, act)


def _settle(home: ControllerHome, appender: Appender) -> None:
    with closing(CheckpointLock.open(home)) as lock:
        appender.settle(lock)


def leaf_of(row: Audit) -> AdminLeaf:
    """What the log holds of an act."""
    return AdminLeaf(at=row.at, n=row.n, act=row.action, row=audit_hash(row))


def audit_hash(row: Audit) -> str:
    """The hash that the log holds of an audit row: SHA-256 over its columns as sorted JSON.

    Rows of the first release name no log, and their hash holds neither their id nor the clinic.
    """
    whose = {"id": str(row.id), "clinic": row.clinic_id and str(row.clinic_id)}
    columns = {
        **(whose if row.log_id else {}),
        "n": row.n,
        "at": row.at.isoformat(),
        "actor": row.actor,
        "address": row.address,
        "action": row.action,
        "object": row.object,
        "before": row.before,
        "after": row.after,
    }
    return hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()


def open_org(home: ControllerHome, name: str, slug: str, by: By) -> Org:
    """A new org, with its log, in which this act stands."""
    with acting(home, by) as books:
        org = Org(name=name, slug=slug, made_at=by.at)
        org.save(force_insert=True)
        books.open_log(org.id, None)
        books.record(org.id, None, Act("org.open", str(org.id), after={"name": name}))
    return org


def open_clinic(home: ControllerHome, clinic: Clinic, by: By) -> Clinic:
    """Save a new clinic, with its log, in which this act stands."""
    with acting(home, by) as books:
        clinic.save(force_insert=True)
        books.open_log(clinic.org_id, clinic.id)
        act = Act("clinic.open", str(clinic.id), after={"name": clinic.name})
        books.record(clinic.org_id, clinic.id, act)
    return clinic
