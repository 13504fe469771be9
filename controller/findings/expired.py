"""Which payloads of a machine are past their time?

Only read here, a machine at a time; controller.findings.erase lets them go.

- Of facts one goes when a later report said all of it again: the newest of each stays.
- A report by which a machine took a new key stays for ever, and so does what proves a fork.
- It is done in steps of weeks, so that a log does not grow a line for each report that goes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from controller.findings import horizon, replay, tables
from controller.findings.fold import claimed
from controller.findings.rows import Subject
from controller.ledger import keeping, raw
from controller.ledger.keeping import Terms
from controller.ledger.sql import Cursor, PercentCursor, cursor, instant, marks, moment
from controller.policy.rulebook import Rulebook
from evidence.bodies import Facts
from evidence.report import Report

MOST = 400
"""Reports that go in one transaction."""
_NEWEST = timedelta(days=3)
_COLUMNS = "epoch, seq, sha, received_at, kind, raw, leaf, standing"


@dataclass(frozen=True, slots=True)
class Steps:
    """How far past its time the oldest payload must be, before any goes."""

    reports: timedelta = timedelta(days=28)
    facts: timedelta = timedelta(days=7)


AT_ONCE = Steps(timedelta(), timedelta())


@dataclass(frozen=True, slots=True)
class Payload:
    """One that is to go, and what stays of it."""

    epoch: int
    seq: int
    sha: str
    received: str
    claimed: str
    host: str | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to go of one machine: `horizon` is what is held of it, with before when it was."""

    of: Subject
    payloads: tuple[Payload, ...]
    horizon: bytes | None = None
    before: str = ""
    again: frozenset[tuple[str, str]] = frozenset()


class Look:
    """A look through one org over one connection; what it derives, it derives in memory."""

    def __init__(self, live: PercentCursor, org: str, steps: Steps = Steps()) -> None:
        self._live = live
        self._org = org
        self._steps = steps
        self._scratch: PercentCursor | None = None

    def machines(self) -> list[Subject]:
        """Every machine with an agent, clinic by clinic."""
        self._live.execute(
            "SELECT org_id, clinic_id, id FROM machine WHERE org_id = %s AND visitor_id IS NULL"
            " ORDER BY clinic_id, id",
            (self._org,),
        )
        return [Subject(*row) for row in self._live.fetchall()]

    def planned(self, of: Subject, now: datetime) -> Iterator[Plan]:
        """What is to go of a machine now; nothing while its clinic's evidence is held."""
        terms = keeping.terms(self._live, of.org, of.clinic)
        if terms.held:
            return
        yield from self._reports(of, terms, now)
        yield from self._facts(of, terms, now)

    def _reports(self, of: Subject, terms: Terms, now: datetime) -> Iterator[Plan]:
        end = now - terms.reports
        begun = horizon.place(self._live, *of.key)
        rows = self._chain(of, begun, moment(end))
        if not rows or instant(rows[0][3]) >= end - self._steps.reports:
            return
        # Reports of one sync have one time, and go together.
        before = rows[-1][3] if len(rows) == MOST else moment(end)
        going = [row for row in rows if row[3] < before]
        if not going:
            return
        payloads = tuple(
            _payload(row)
            for row in going
            if row[5] is not None and row[7] == "stored" and row[4] != "key_rotate"
        )
        again = seen_again(self._live, of, before)
        document = self._held(of, going[-1][:2], before, again)
        yield Plan(of, payloads, document, before, again)

    def _chain(self, of: Subject, begun: tuple[int, int], end: str) -> list[Any]:
        self._live.execute(
            f"SELECT {_COLUMNS} FROM report WHERE org_id = %s AND machine_id = %s"  # noqa: S608
            " AND (epoch, seq) > (%s, %s) AND received_at < %s AND standing <> 'fork'"
            f" ORDER BY epoch, seq LIMIT {MOST}",
            (*of.key, *begun, end),
        )
        return self._live.fetchall()

    def _held(
        self, of: Subject, after: tuple[int, int], before: str, again: frozenset[tuple[str, str]]
    ) -> bytes:
        derived, rulebook = self._derived(), Rulebook(learns=False)
        found: dict[str, Any] = {}
        for one in subjects(self._live, of):
            played = replay.play(self._live, derived, one, rulebook, before)
            names = [name for machine, name in again if machine == one.machine]
            found[one.machine] = horizon.held(derived, one, played, names)
            for table in tables.DERIVED:
                derived.execute(f"DELETE FROM {table.name}")  # noqa: S608
        return horizon.written(after, found)

    def _derived(self) -> PercentCursor:
        if self._scratch is None:
            self._scratch = cursor(tables.scratch(self._live, self._org))
        return self._scratch

    def _facts(self, of: Subject, terms: Terms, now: datetime) -> Iterator[Plan]:
        end = moment(now - terms.facts)
        oldest = self._ask_facts(of, "min(received_at)", "<", end)
        if not oldest or oldest[0][0] is None:
            return
        if oldest[0][0] >= moment(now - terms.facts - self._steps.facts):
            return
        ((newest,),) = self._ask_facts(of, "max(received_at)", ">", "")
        late = max(end, moment(instant(newest) - _NEWEST))
        rows = [
            *self._ask_facts(of, _COLUMNS, ">=", late),
            *self._ask_facts(of, _COLUMNS, "<", late),
        ]
        going = tuple(_said_again(_in_order(rows), end))[:MOST]
        if going:
            yield Plan(of, going)

    def _ask_facts(self, of: Subject, what: str, than: str, at: str) -> list[Any]:
        """Of the facts of a machine whose payload is here. The words are those of the index."""
        self._live.execute(
            f"SELECT {what} FROM report WHERE org_id = %s AND machine_id = %s"  # noqa: S608
            " AND kind = 'facts' AND raw IS NOT NULL AND standing = 'stored'"
            f" AND received_at {than} %s ORDER BY received_at LIMIT {2 * MOST}",
            (*of.key, at),
        )
        return self._live.fetchall()


def _payload(row: Sequence[Any]) -> Payload:
    epoch, seq, sha, received, _kind, packed, *_ = row
    report = Report.from_bytes(raw.unpack(packed).payload)
    seen = moment(claimed(report.header, instant(received)))
    host = replay.host_of(report)
    return Payload(epoch, seq, sha, received, seen, host.replace("-", "") if host else None)


def _in_order(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(rows, key=lambda row: (row[0], row[1]), reverse=True)


def _said_again(newest_first: Iterable[Sequence[Any]], end: str) -> Iterator[Payload]:
    """Those received before `end` of which later ones, that stay, say every fact again."""
    told: dict[str | None, set[str]] = {}
    for row in newest_first:
        report = Report.from_bytes(raw.unpack(row[5]).payload)
        host = replay.host_of(report)
        names = set(report.body.facts) if isinstance(report.body, Facts) else set()
        later = told.get(host)
        if later is not None and row[3] < end and names <= later:
            yield _payload(row)
        told[host] = names | (later or set())


def subjects(live: Cursor, of: Subject) -> list[Subject]:
    """The machine, and the hosts that it visits: they are spoken of in its chain."""
    live.execute(
        "SELECT org_id, clinic_id, id FROM machine WHERE org_id = %s"
        " AND (id = %s OR visitor_id = %s) ORDER BY id",
        (of.org, of.machine, of.machine),
    )
    return [Subject(*row) for row in live.fetchall()]


def seen_again(live: Cursor, of: Subject, before: str) -> frozenset[tuple[str, str]]:
    """Findings, with their machine, that are open or were seen since: what they were stays."""
    names = [one.machine for one in subjects(live, of)]
    live.execute(
        f"SELECT machine_id, finding_id FROM finding WHERE org_id = %s"  # noqa: S608
        f" AND machine_id IN ({marks(names)})"
        " AND (known_to IS NULL OR known_to >= %s OR known_last >= %s)",
        (of.org, *names, before, before),
    )
    return frozenset((machine, name) for machine, name in live.fetchall())
