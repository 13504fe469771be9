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
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.append import Appender, Line, log_of, open_log
from controller.ledger.lock import CheckpointLock
from controller.ledger.models import Audit
from controller.ledger.sql import Cursor, to_millisecond
from controller.tenants.models import Clinic, Org
from evidence import messages
from evidence.leaf import AdminLeaf, KeysLeaf
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


class Books:
    """The open transaction of `acting`."""

    def __init__(self, home: ControllerHome, by: By, lock: CheckpointLock) -> None:
        self.home = home
        self.by = by
        self.cursor: Cursor = connection.cursor()
        self.keys = Keys.load(home)
        self._appender = Appender(self.cursor, self.keys, lock, by.at)

    def record(self, org: UUID, clinic: UUID | None, act: Act) -> Audit:
        """Write the act into `audit` and into the log that it concerns."""
        self.cursor.execute("SELECT max(n) FROM audit WHERE org_id = %s", (org.hex,))
        n = (self.cursor.fetchone()[0] or 0) + 1
        row = Audit(
            org_id=org,
            clinic_id=clinic,
            n=n,
            at=to_millisecond(self.by.at),
            actor=self.by.actor,
            address=self.by.address,
            action=act.action,
            object=act.object,
            before=act.before,
            after=act.after,
        )
        leaf = AdminLeaf(at=row.at, n=n, act=act.action, row=audit_hash(row))
        row.leaf = self.leaf(org, clinic, Line("admin", leaf.to_line()))
        row.save(force_insert=True)
        return row

    def leaf(self, org: UUID, clinic: UUID | None, line: Line) -> int:
        """Append one line to a clinic's log, or to the org's; its index."""
        log = log_of(self.cursor, org.hex, clinic.hex if clinic else None)
        return self._appender.append(log, [line]).first

    def open_log(self, org: UUID, clinic: UUID | None) -> None:
        """A new log, whose first two lines say which keys speak for it."""
        uuid = uuid4()
        origin = open_log(self.cursor, org, clinic, uuid, self.home.id())
        vkey = str(Verifier(origin, self.keys.log(uuid, 1).public))
        for notice in messages.opening(self.keys.receipt(), vkey):
            leaf = KeysLeaf(at=self.by.at, env=notice.sha)
            self.leaf(org, clinic, Line("keys", leaf.to_line(), env=notice.sha))

    def settle_on_commit(self) -> None:
        """Have the lock moved when the outermost transaction is through."""
        transaction.on_commit(partial(_settle, self.home, self._appender))


@contextmanager
def acting(home: ControllerHome, by: By) -> Iterator[Books]:
    """One transaction for an act and its traces."""
    with closing(CheckpointLock.open(home)) as lock, transaction.atomic():
        books = Books(home, by, lock)
        yield books
        books.settle_on_commit()


def _settle(home: ControllerHome, appender: Appender) -> None:
    with closing(CheckpointLock.open(home)) as lock:
        appender.settle(lock)


def audit_hash(row: Audit) -> str:
    """The hash that the log holds of an audit row: SHA-256 over its columns as sorted JSON."""
    columns = {
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
