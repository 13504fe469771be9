"""What becomes of a sync? The table of answers (trust.md, section 4), within the transaction.

Order: may it still speak, is its key in force, is the nonce the one it was given; then each report
by the link rule, until one does not follow.

- Nothing changes for a nonce that is not the one stored: a replayed request buys nothing.
- A report that is `rejected` keeps its place in the chain and in the log, and none of its bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from controller.findings import contact
from controller.findings.rows import Subject
from controller.fleet import orders
from controller.intake import chains, notices, statements
from controller.intake.batch import Batch, Reply
from controller.intake.hearing import heard
from controller.intake.problems import Problem
from controller.intake.proofs import prove
from controller.intake.receive import Arrival, Record
from controller.intake.statements import MachineRow
from controller.intake.take import Taking
from controller.ledger.append import Line
from controller.ledger.sql import instant
from evidence.bodies import KeyRotate, LocalEvent
from evidence.leaf import StateLeaf
from evidence.messages import Answer, Code, Order, Receipt
from evidence.words import Directive

SYNC_S = 300
ENDED = ("superseded", "revoked", "retired")
_STATUS: dict[Code, int] = {
    "ok": 200,
    "gap": 409,
    "fork": 409,
    "nonce": 409,
    "header": 422,
    "stopped": 403,
}


@dataclass(frozen=True, slots=True)
class SyncJob:
    """A sync that waits for the writer."""

    arrival: Arrival
    body: bytes

    @property
    def rows(self) -> tuple[str, str]:
        """The machine whose row is locked."""
        return self.arrival.holder.org, self.arrival.holder.machine

    @property
    def records(self) -> int:
        """How many reports it brings."""
        return len(self.arrival.records)

    @property
    def size_bytes(self) -> int:
        """How much memory it holds."""
        return len(self.body)

    def apply(self, batch: Batch) -> Callable[[], Reply]:
        """Write what it brings."""
        return Course(batch, self.arrival).run()

    def kept(self) -> tuple[str, str, bytes] | None:
        """Its bytes, unless a report in it was refused and may hold a name."""
        if self.arrival.header_refused or any(one.refused for one in self.arrival.records):
            return None
        return (*self.rows, self.body)


class Course:
    """One sync on its way through the transaction."""

    def __init__(self, batch: Batch, arrival: Arrival) -> None:
        holder = arrival.holder
        self._batch = batch
        self._arrival = arrival
        self._of = Subject(holder.org, holder.clinic, holder.machine)
        self._place, self._row = statements.machine(batch.cursor, *self._of.key)
        self._receipts: tuple[Receipt, ...] = ()
        self._directives: tuple[Order, ...] = ()

    def run(self) -> Callable[[], Reply]:
        """Write what is accepted; the reply can be made when the logs are appended."""
        if self._row.state in ENDED:
            return partial(self._reply, "stopped")
        self._require_keys()
        if self._arrival.sync.nonce != self._row.nonce:
            return partial(self._reply, "nonce")
        self._hear()
        code: Code = "header" if self._arrival.header_refused else self._take()
        self._row, self._directives = self._ordered()
        self._row, _ = notices.given(self._batch, self._of, self._row)
        statements.move_machine(self._batch.cursor, *self._of.key, self._row)
        return partial(self._reply, code)

    def _require_keys(self) -> None:
        """The keys that verified before: do they count now, here, in the transaction?"""
        in_force = statements.keys_in_force(self._batch.cursor, *self._of.key)
        good = in_force.get(self._arrival.keyid) == "courier"
        for record in self._arrival.records:
            good = good and (in_force.get(record.keyid) == "report" or self._is_stored(record))
            if isinstance(record.body, KeyRotate) and self._turns(record, record.body):
                in_force = {record.body.keyid: "report"}
        if not good:
            raise Problem(401, "unknown_key", "signed by a key that is not in force any more")

    def _is_stored(self, record: Record) -> bool:
        """Was this very report taken before? Then it may come again by a key that has ended."""
        place = record.header.epoch, record.header.seq
        held = chains.stored(self._batch.cursor, *self._of.key, place)
        return held is not None and held[0] == record.sha

    def _turns(self, record: Record, body: KeyRotate) -> bool:
        """Does this report bring the key of those that come after it?"""
        if body.purpose != "report" or self._is_stored(record):
            return False
        return not statements.is_known_key(self._batch.cursor, body.keyid)

    def _hear(self) -> None:
        before, arrival = self._row.state, self._arrival
        nonce = self._batch.random(16).hex()
        silence = self._silence()
        contact.note(self._batch.cursor, self._of, self._place.presence, silence)
        if silence.was_late:
            self._batch.heard_again(self._of)
        self._row = heard(self._row, self._place, arrival.sync.boot, nonce, arrival.at)
        self._row = notices.known(self._batch, self._of, self._row, arrival.sync)
        if self._row.state == before:
            return
        leaf = StateLeaf(
            at=arrival.at,
            agent=str(UUID(self._place.agent_id)),
            state="quarantined",
            why="clone_suspected",
            by=None,
        )
        line = Line("state", leaf.to_line(), self._of.machine, at=arrival.at)
        self._batch.line(self._of.org, self._of.clinic, line)

    def _silence(self) -> contact.Silence:
        row, arrival = self._row, self._arrival
        bodies = (record.body for record in arrival.records)
        events = (body.event for body in bodies if isinstance(body, LocalEvent))
        reason = contact.reason(events, restarted=row.boot != arrival.sync.boot)
        return contact.Silence(row.due_by, arrival.at, reason)

    def _take(self) -> Code:
        """Take the reports; the code of the answer."""
        if not self._arrival.records:
            return "ok"
        # The controller's clock may have been set back: what is known is never known earlier.
        known = self._arrival.at
        if self._row.reported_at is not None:
            known = max(known, instant(self._row.reported_at))
        taking = Taking(self._batch, self._of, self._place.anchor, self._row, known)
        code = taking.take_all(self._arrival.records)
        self._row = taking.row
        self._receipts = tuple(taking.receipts)
        if taking.wants_full:
            self._order("send_full")
        return code

    def _order(self, do: Directive) -> None:
        held = orders.ask(orders.read(self._row.orders), do, self._uuid())
        self._row = replace(self._row, orders=orders.write(held))

    def _ordered(self) -> tuple[MachineRow, tuple[Order, ...]]:
        """The row after this answer, and the directives that go with it."""
        keyed = instant(self._row.keyed_at or self._place.enrolled_at)
        if self._arrival.at - keyed >= orders.KEYS_LAST:
            self._order("rotate_keys")
        if self._row.orders == orders.NONE:
            return self._row, ()
        held, due = orders.give(orders.read(self._row.orders), self._arrival.at)
        told = tuple(Order(id=one.id, do=one.do) for one in due if one.id)
        return replace(self._row, orders=orders.write(held)), told

    def _uuid(self) -> UUID:
        return UUID(bytes=self._batch.random(16), version=4)

    def _reply(self, code: Code) -> Reply:
        row = self._row
        head = row.epoch, row.head_seq
        answer = Answer(
            req=self._arrival.req,
            at=self._batch.at,
            code=code,
            state=row.state,
            nonce=row.nonce,
            head=head,
            sync_s=SYNC_S,
            receipts=self._receipts,
            expected=(row.epoch, row.head_seq + 1) if code in ("gap", "fork") else None,
            directives=self._directives,
            notices=notices.given(self._batch, self._of, row)[1],
        )
        if self._arrival.sync.proof and code != "nonce":
            answer = prove(self._batch, self._of, self._arrival.sync.log, answer)
        return Reply(_STATUS[code], answer, row.receipt)
