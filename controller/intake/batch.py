"""What do the jobs of one transaction share?

The cursor, the keys, the time, and what is written once for all of them at the end: the lines of
each log with one checkpoint over them, the counts of each clinic, and that it is to be looked at.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from controller.alerts import turned
from controller.alerts.turned import Heard
from controller.backlog import rows as backlog
from controller.findings import rows, shields
from controller.findings.derive import Turned
from controller.findings.rows import Counts, Subject
from controller.identity.secrets import Keys
from controller.intake import statements
from controller.intake.statements import NoticeRow
from controller.ledger.append import Appended, Appender, Line, LogRow, log_of
from controller.ledger.bus import Change
from controller.ledger.lock import CheckpointLock
from controller.ledger.sql import Cursor, moment
from controller.policy.rulebook import Rulebook
from evidence.messages import Answer


@dataclass(frozen=True, slots=True)
class Reply:
    """What a job is answered: a status, and a message to sign or bytes that are signed already.

    `signer` is the generation of the receipt key that is to sign it.
    """

    status: int
    said: Answer | bytes
    signer: int = 1


class Job(Protocol):
    """One request that waits for the writer."""

    @property
    def rows(self) -> tuple[str, str]:
        """The org and the machine or token whose row is locked; jobs are done in this order."""

    @property
    def records(self) -> int:
        """How many reports it brings."""

    @property
    def size_bytes(self) -> int:
        """How much memory it holds."""

    def apply(self, batch: "Batch") -> Callable[[], Reply]:
        """Write what it brings; what to call for the reply once the logs are appended."""

    def kept(self) -> tuple[str, str, bytes] | None:
        """Org, machine and bytes to keep if we fail on it; None if they may hold a name."""


@dataclass(slots=True)
class Batch:
    """One transaction."""

    cursor: Cursor
    keys: Keys
    lock: CheckpointLock
    rulebook: Rulebook
    random: Callable[[int], bytes]
    at: datetime
    _logs: dict[tuple[str, str], tuple[LogRow, list[Line]]] = field(default_factory=dict)
    _counts: dict[str, Counts] = field(default_factory=dict)
    _touched: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _turned: dict[tuple[str, str], list[tuple[str, Turned]]] = field(default_factory=dict)
    _appended: dict[tuple[str, str], Appended] = field(default_factory=dict)
    _notices: dict[tuple[str, str], tuple[NoticeRow, ...]] = field(default_factory=dict)
    _heard_again: set[Change] = field(default_factory=set)

    def log(self, org: str, clinic: str) -> LogRow:
        """The log of a clinic, as it was when this transaction first touched it."""
        return self._log(org, clinic)[0]

    def next_leaf(self, org: str, clinic: str) -> int:
        """The index that the next line of this clinic's log will have."""
        log, lines = self._log(org, clinic)
        return log.size + len(lines)

    def line(self, org: str, clinic: str, line: Line) -> int:
        """One more line for a clinic's log; its index."""
        leaf = self.next_leaf(org, clinic)
        self._log(org, clinic)[1].append(line)
        return leaf

    def counts(self, org: str) -> Counts:
        """Where the counts of an org's clinics are gathered."""
        return self._counts.setdefault(org, {})

    def touched(self, of: Subject) -> None:
        """A machine's verdicts or facts may have moved: its shields are laid anew at the end."""
        self._touched.setdefault((of.org, of.clinic), set()).add(of.machine)

    def turned(self, of: Subject, turns: Iterable[Turned]) -> None:
        """Verdicts of a machine that changed: told at the end, to who asked for it."""
        self._turned.setdefault((of.org, of.clinic), []).extend((of.machine, one) for one in turns)

    def notices(self, org: str, clinic: str) -> tuple[NoticeRow, ...]:
        """What the machines of a clinic are told of the controller's own keys."""
        if (org, clinic) not in self._notices:
            self._notices[org, clinic] = statements.notices(self.cursor, org, clinic)
        return self._notices[org, clinic]

    def appended(self, org: str, clinic: str) -> Appended | None:
        """What was signed over a clinic's log in this transaction, if it grew."""
        return self._appended.get((org, clinic))

    def heard_again(self, of: Subject) -> None:
        """A machine that was silent has spoken."""
        self._heard_again.add(_change(of.org, of.clinic, of.machine))

    def changed(self) -> set[Change]:
        """What is to be told once this transaction is committed."""
        lines = ((whose, line) for whose, (_, lines) in self._logs.items() for line in lines)
        return self._heard_again | {_change(*whose, line.machine) for whose, line in lines}

    def finish(self) -> Appender:
        """Append all lines, move counts and shields: last, and in sorted order. To be settled."""
        for org, counts in sorted(self._counts.items()):
            rows.move(self.cursor, org, counts)
        for (org, clinic), machines in sorted(self._touched.items(), key=lambda item: item[0]):
            shields.lay(self.cursor, org, clinic, machines)
        appender = Appender(self.cursor, self.keys, self.lock, self.at)
        for whose, (log, lines) in sorted(self._logs.items(), key=lambda item: item[0]):
            if lines:
                self._appended[whose] = appender.append(log, lines)
        for (org, clinic), turns in sorted(self._turned.items(), key=lambda item: item[0]):
            turned.put(self.cursor, Heard(org, clinic, turns), self.at)
        backlog.stir(self.cursor, backlog.LOOK, self._appended, moment(self.at))
        return appender

    def _log(self, org: str, clinic: str) -> tuple[LogRow, list[Line]]:
        if (org, clinic) not in self._logs:
            self._logs[org, clinic] = (log_of(self.cursor, org, clinic), [])
        return self._logs[org, clinic]


def _change(org: str, clinic: str, machine: str | None) -> Change:
    return Change(UUID(org), UUID(clinic), machine=UUID(machine) if machine else None)
