"""What follows from a machine's reports, written as they come?

The one way from a report to the derived rows, for intake and for `rebuild`: fold, write, keep the
newest facts, count. Whoever calls owns the transaction, and the row of the machine.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from controller.findings import rows
from controller.findings.fold import Changes, Standing, State, believed, fold
from controller.findings.rows import Counts, Subject
from controller.ledger.sql import Cursor, moment
from controller.policy.rulebook import Rulebook
from evidence.bodies import Delta, Facts, Full
from evidence.report import Report


@dataclass(frozen=True, slots=True)
class Tally:
    """The counters of a machine's row; `n` in the order of rows.COLUMNS."""

    n: tuple[int, ...]
    worst: int
    n_findings: int


class Turned(NamedTuple):
    """A verdict that is another than before; a first one is no change."""

    rule_no: int
    before: str
    after: str
    observed: datetime
    rev: int


class Derivation:
    """One machine's reports, in chain order; of a host that is visited, those on `host`, its id."""

    def __init__(
        self,
        cursor: Cursor,
        of: Subject,
        rulebook: Rulebook,
        standing: Standing,
        host: str | None = None,
    ) -> None:
        self._cursor = cursor
        self._of = of
        self._host = host
        self._rulebook = rulebook
        self._before = standing
        self.standing = standing
        self.turned: list[Turned] = []

    def take(self, report: Report, known: datetime) -> None:
        """Fold one report, received at `known`, and write what it changed."""
        body = report.body
        if isinstance(body, Full | Delta):
            for pack in body.policy.packs:
                self._rulebook.keep(self._cursor, self._of.org, pack.sha256, known)
        before = self.standing.states
        self.standing, changes = fold(self.standing, report, known, self._number, self._host)
        self.turned += _turned(before, changes)
        rows.write(self._cursor, self._of, (report.header.epoch, report.header.seq), changes)
        if changes.imaging is not None:
            self._set_imaging(changes.imaging, changes)
        if isinstance(body, Facts) and body.subject.id == self._host:
            self._set_facts(body, changes)

    def take_erased(self, claim: datetime, known: datetime) -> None:
        """A report was received whose payload is erased: what later ones took over is theirs."""
        at = believed(claim, self.standing.observed_at, known)
        self.standing = replace(self.standing, observed_at=at, known_at=known)

    def pass_over(self, known: datetime) -> None:
        """A report was received that says nothing: it was rejected."""
        self.standing = replace(self.standing, known_at=known)

    def count(self, counts: Counts) -> Tally:
        """The machine's counters, and in `counts` how those of its clinic move."""
        rows.moved(counts, self._of, self._before, self.standing)
        states = self.standing.states
        failing = [no for no, state in states.items() if state.verdict == "fail"]
        return Tally(
            rows.tally(states.values()),
            max((self._rulebook.rank(self._cursor, self._of.org, no) for no in failing), default=0),
            sum(seen.known_to is None for seen in self.standing.findings.values()),
        )

    def _number(self, pack: str, rule: str) -> int:
        return self._rulebook.number(self._cursor, self._of.org, pack, rule)

    def _set_imaging(self, imaging: Mapping[str, Any], changes: Changes) -> None:
        rows.set_facts(
            self._cursor,
            self._of,
            {
                "imaging": json.dumps(imaging),
                "imaging_observed_at": moment(changes.observed),
            },
        )

    def _set_facts(self, body: Facts, changes: Changes) -> None:
        document = json.dumps({**rows.facts(self._cursor, self._of), **body.facts}, sort_keys=True)
        rows.set_facts(
            self._cursor,
            self._of,
            {
                "catalogue": body.catalogue,
                "document": document,
                "digest": hashlib.sha256(document.encode()).hexdigest(),
                "observed_at": moment(changes.observed),
                "known_at": moment(changes.known),
            },
        )


def _turned(before: Mapping[int, State], changes: Changes) -> Iterator[Turned]:
    for span in changes.opened:
        was = before.get(span.rule_no)
        if was is not None:
            rev = changes.states[span.rule_no].rev
            yield Turned(span.rule_no, was.verdict, span.verdict, changes.observed, rev)
