"""Which of these reports follow, and what is written for each?

The reports of one machine in the order in which they came, by the link rule, until one does not
follow. What follows is stored or rejected, and has its line in the log either way.

- A rejected report keeps its place in the chain and none of its bytes: they may hold a name.
- A second report for a place that is taken is evidence, and changes nothing else.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from controller.findings import rows
from controller.findings.derive import Derivation
from controller.findings.fold import Standing
from controller.findings.rows import Subject
from controller.fleet import orders
from controller.intake import chains, statements, tokens
from controller.intake.batch import Batch
from controller.intake.hosts import Hosts
from controller.intake.receive import Record
from controller.intake.statements import MachineRow, ReportRow
from controller.ledger import raw
from controller.ledger.append import Line
from controller.ledger.sql import moment
from evidence.bodies import Delta, Facts, Full, KeyRotate
from evidence.chain import Head, Link, link
from evidence.leaf import ForkLeaf, PolicyLeaf, RejectedLeaf, ReportLeaf
from evidence.messages import Code, Receipt
from evidence.report import Report
from evidence.words import RejectWhy

Outcome: TypeAlias = Literal["stored", "duplicate"]


class Taking:
    """One machine's reports on their way into the books; `row` is the machine as they leave it."""

    def __init__(
        self, batch: Batch, of: Subject, anchor: str, row: MachineRow, known: datetime
    ) -> None:
        self.row = row
        self.receipts: list[Receipt] = []
        self.wants_full = False
        self._batch = batch
        self._of = of
        self._anchor = anchor
        self._known = known
        self._hosts = Hosts(batch, of, known)

    def take_all(self, records: tuple[Record, ...]) -> Code:
        """Take what follows; `gap` or `fork` if one did not, and none after it was looked at."""
        is_judged = any(isinstance(record.body, Full | Delta) for record in records)
        standing = self._standing(records, is_judged)
        derivation = Derivation(self._batch.cursor, self._of, self._batch.rulebook, standing)
        code: Code = "ok"
        for record in records:
            code = self._take(record, derivation)
            if code != "ok":
                break
        self._hosts.close()
        if records:
            self._batch.touched(self._of)
        self._note(derivation, is_judged)
        return code

    def _standing(self, records: tuple[Record, ...], is_judged: bool) -> Standing:  # noqa: FBT001
        times = self.row.observed_at, self.row.reported_at
        if not is_judged:
            return rows.unjudged(times)
        listed = [
            finding.id
            for record in records
            if isinstance(record.body, Full | Delta) and record.body.imaging
            for finding in record.body.imaging.findings
        ]
        return rows.standing(self._batch.cursor, self._of, listed, times)

    def _take(self, record: Record, derivation: Derivation) -> Code:
        head = Head(self.row.epoch, self.row.head_seq, self.row.head_sha)
        step = record.header.step(record.sha)
        held = None
        if (step.epoch, step.seq) <= (head.epoch, head.seq):
            place = step.epoch, step.seq
            held = chains.stored(self._batch.cursor, *self._of.key, place)
        match link(head, step, self._anchor, held[0] if held else None):
            case Link.ACCEPT:
                self._accept(record, derivation)
            case Link.DUPLICATE if held:
                self._receipt(record, held[1], "duplicate")
            case Link.FORK:
                self._fork(record, held[0] if held else head.sha)
                return "fork"
            case _:
                return "gap"
        return "ok"

    def _accept(self, record: Record, derivation: Derivation) -> None:
        header = record.header
        self.row = replace(
            self.row,
            epoch=header.epoch,
            head_seq=header.seq,
            head_sha=record.sha,
            reported_at=moment(self._known),
        )
        if header.seq == 1:
            # A new epoch may be that of an older state of the machine: it is told again all that
            # was said since it joined.
            since = tokens.noticed(self._batch.cursor, self._of.org, self._of.machine)
            self.row = replace(self.row, full_seq=0, full_sha="", noticed=since)
        why = record.refused or self._unfounded(record)
        if why is not None:
            self._reject(record, why)
            derivation.pass_over(self._known)
        elif record.report is not None:
            self._store(record, record.report, derivation)

    def _unfounded(self, record: Record) -> RejectWhy | None:
        """Why a report that is well formed cannot be taken: on what it rests is not there."""
        body = record.body
        if isinstance(body, Full | Delta | Facts) and body.subject.kind == "remote":
            why = self._hosts.refusal(record)
            self.wants_full |= why == "basis"
            return why
        if isinstance(body, KeyRotate):
            is_known = statements.is_known_key(self._batch.cursor, body.keyid)
            return "schema" if is_known else None
        if not isinstance(body, Delta):
            return None
        if (body.basis.seq, body.basis.hash) == (self.row.full_seq, self.row.full_sha):
            return None
        self.wants_full = True
        return "basis"

    def _store(self, record: Record, report: Report, derivation: Derivation) -> None:
        header, body = report.header, report.body
        leaf = ReportLeaf(
            at=self._known,
            agent=header.agent,
            epoch=header.epoch,
            seq=header.seq,
            rk=header.kind,
            env=record.sha,
        )
        index = self._line(record, "report", leaf.to_line())
        self._keep(record, "stored", None, index)
        self._receipt(record, index, "stored")
        derivation.take(report, self._known)
        self._hosts.take(record, report)
        if self.row.orders != orders.NONE:
            held = orders.seen(orders.read(self.row.orders), body)
            self.row = replace(self.row, orders=orders.write(held))
        if isinstance(body, KeyRotate):
            self._rotate(body, index)
        elif isinstance(body, Full | Delta) and body.subject.kind == "self":
            self._said(body, record)
            self._ran(body.policy.targets)

    def _said(self, body: Full | Delta, record: Record) -> None:
        packs = body.policy.packs
        self.row = replace(
            self.row,
            os_version=body.os.version or self.row.os_version,
            agent_version=body.agent_version,
            policy_state=body.policy.state,
            pack_sha=packs[0].sha256 if packs else "",
            pack_version=packs[0].version if packs else "",
            clock_trust=record.header.clock.trust,
        )
        if isinstance(body, Full):
            self.row = replace(self.row, full_seq=record.header.seq, full_sha=record.sha)

    def _ran(self, targets: int | None) -> None:
        """The first machine of the clinic that runs signed rules puts them into its log."""
        if targets is None:
            return
        org, clinic = self._of.org, self._of.clinic
        book = self._batch.rulebook
        digest = book.first_run(self._batch.cursor, org, clinic, targets, self._known)
        if digest:
            leaf = PolicyLeaf(at=self._known, targets=targets, sha256=digest)
            self._batch.line(org, clinic, Line("policy", leaf.to_line(), at=self._known))

    def _rotate(self, body: KeyRotate, leaf: int) -> None:
        statements.end_keys(self._batch.cursor, *self._of.key, body.purpose, leaf)
        statements.add_key(
            self._batch.cursor,
            (
                UUID(bytes=self._batch.random(16), version=4).hex,
                *self._of.key,
                body.keyid,
                body.purpose,
                "ed25519",
                body.public,
                leaf,
            ),
        )
        if body.purpose == "report":
            self.row = replace(self.row, key_id=body.keyid, keyed_at=moment(self._known))

    def _reject(self, record: Record, why: RejectWhy) -> None:
        header = record.header
        leaf = RejectedLeaf(
            at=self._known,
            agent=header.agent,
            epoch=header.epoch,
            seq=header.seq,
            env=record.sha,
            why=why,
        )
        index = self._line(record, "rejected", leaf.to_line())
        self._keep(record, "rejected", why, index)
        self.receipts.append(Receipt(header.epoch, header.seq, index, "rejected", why))

    def _fork(self, record: Record, held: str) -> None:
        header = record.header
        place = header.epoch, header.seq
        if chains.is_known_fork(self._batch.cursor, *self._of.key, place, record.sha):
            return
        leaf = ForkLeaf(
            at=self._known,
            agent=header.agent,
            epoch=header.epoch,
            seq=header.seq,
            env=record.sha,
            held=held,
        )
        index = self._line(record, "fork_evidence", leaf.to_line())
        self._keep(record, "fork", record.refused, index)

    def _line(self, record: Record, kind: str, line: bytes) -> int:
        place = record.header.epoch, record.header.seq
        return self._batch.line(
            self._of.org,
            self._of.clinic,
            Line(kind, line, self._of.machine, *place, record.sha, self._known),
        )

    def _keep(self, record: Record, standing: str, why: str | None, leaf: int) -> None:
        header = record.header
        statements.add_report(
            self._batch.cursor,
            ReportRow(
                org_id=self._of.org,
                received_at=moment(self._known),
                machine_id=self._of.machine,
                epoch=header.epoch,
                seq=header.seq,
                sha=record.sha,
                kind=header.kind,
                standing=standing,
                why=why,
                raw=record.raw if why is None else None,
                dict_id=raw.dictionary_of(record.raw) if why is None else None,
                leaf=leaf,
            ),
        )

    def _receipt(self, record: Record, leaf: int, outcome: Outcome) -> None:
        header = record.header
        self.receipts.append(Receipt(header.epoch, header.seq, leaf, outcome, None))

    def _note(self, derivation: Derivation, is_judged: bool) -> None:  # noqa: FBT001
        """Take over what was derived into the machine's row."""
        observed = derivation.standing.observed_at
        self.row = replace(self.row, observed_at=moment(observed) if observed else None)
        if not is_judged:
            return
        self._batch.turned(self._of, derivation.turned)
        tally = derivation.count(self._batch.counts(self._of.org))
        n_pass, n_fail, n_error, n_unknown, n_na = tally.n
        self.row = replace(
            self.row,
            n_pass=n_pass,
            n_fail=n_fail,
            n_error=n_error,
            n_unknown=n_unknown,
            n_na=n_na,
            worst=tally.worst,
            n_findings=tally.n_findings,
        )
