"""Which keys sign a log's checkpoints now?

A generation of a log begins with its key 1, and each later key has a row in `log_key`: the line
of the log from which on it speaks, and until when the key before it signs beside it. For those
30 days whoever holds the old key alone still follows, and hears of the new one meanwhile. After a
theft no key before signs any more, from that very line on.

A signed notice says the same to agents and to whoever checks evidence (controller.fleet.own_keys).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Self

from controller.identity.secrets import Keys
from controller.ledger.sql import Cursor, instant, moment
from evidence.keys import SigningKey
from evidence.note import Verifier

if TYPE_CHECKING:
    from controller.ledger.append import LogRow

BOTH_SIGN = timedelta(days=30)
FIRST = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A later key of a log: its number, its `keys` line, and how long the one before still signs.

    `both_until` is `at` itself where the keys before are not to be trusted any more.
    """

    number: int
    leaf: int
    at: datetime
    both_until: datetime

    @classmethod
    def begun(cls, number: int, leaf: int, at: datetime, *, is_theft: bool) -> Self:
        """A change that begins now."""
        return cls(number, leaf, at, at if is_theft else at + BOTH_SIGN)

    @property
    def is_theft(self) -> bool:
        """Did the keys before end at once?"""
        return self.both_until == self.at

    def signs_beside(self, at: datetime) -> bool:
        """Does the key before sign too? After a theft never again, whatever the clock says."""
        return not self.is_theft and at < self.both_until


def changes(cursor: Cursor, log: "LogRow") -> tuple[Change, ...]:
    """The changes of one generation, oldest first."""
    cursor.execute(
        "SELECT number, leaf, at, both_until FROM log_key WHERE org_id = %s AND log_id = %s"
        " ORDER BY number",
        (log.org, log.id),
    )
    return tuple(
        Change(number, leaf, instant(at), instant(both_until))
        for number, leaf, at, both_until in cursor.fetchall()
    )


def signing(known: tuple[Change, ...], at: datetime) -> tuple[int, ...]:
    """The numbers of the keys that sign at a time, the newest first.

    Back from the newest, as long as each change is young: an end ends all keys before it too.
    """
    newest = known[-1].number if known else FIRST
    beside = takewhile(lambda change: change.signs_beside(at), reversed(known))
    return (newest, *(change.number - 1 for change in beside))


def signing_keys(cursor: Cursor, keys: Keys, log: "LogRow", at: datetime) -> tuple[SigningKey, ...]:
    """The keys under the next checkpoint of a log, the newest first."""
    numbers = signing(changes(cursor, log), at)
    return tuple(keys.log(log.uuid, log.generation, number) for number in numbers)


def newest(cursor: Cursor, log: "LogRow") -> int:
    """The number of the key that speaks for a log now."""
    known = changes(cursor, log)
    return known[-1].number if known else FIRST


def verifier(keys: Keys, log: "LogRow", number: int = FIRST) -> Verifier:
    """What checks the signatures of one key of a log."""
    return Verifier(log.origin, keys.log(log.uuid, log.generation, number).public)


def newest_vkey(cursor: Cursor, keys: Keys, log: "LogRow") -> str:
    """What a machine is given that joins now."""
    return str(verifier(keys, log, newest(cursor, log)))


def begin(cursor: Cursor, log: "LogRow", at: datetime, *, is_theft: bool) -> Change:
    """The next key of a log, from its next line on, which must be the notice that says so."""
    change = Change.begun(newest(cursor, log) + 1, log.size, at, is_theft=is_theft)
    cursor.execute(
        "INSERT INTO log_key (org_id, log_id, number, leaf, at, both_until)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (
            log.org,
            log.id,
            change.number,
            change.leaf,
            moment(change.at),
            moment(change.both_until),
        ),
    )
    return change


@dataclass(frozen=True, slots=True)
class Beside:
    """How many logs have a later key, how many of them the one before signs too, until when."""

    changed: int
    both: int
    until: datetime | None

    def __str__(self) -> str:
        if not self.changed:
            return "the first of each log"
        renewed = f"renewed for {self.changed} log(s)"
        if self.until is None:
            return renewed
        return f"{renewed}; for {self.both} the one before signs too, until {self.until:%Y-%m-%d}"


def beside(cursor: Cursor, at: datetime) -> Beside:
    """How far changes of the keys of all open logs are."""
    cursor.execute(
        "SELECT both_until FROM log_key AS own JOIN log ON log.id = own.log_id AND state = 'open'"
        " WHERE number = (SELECT max(number) FROM log_key WHERE log_id = own.log_id)"
    )
    ends = [instant(both_until) for (both_until,) in cursor.fetchall()]
    young = [end for end in ends if at < end]
    return Beside(len(ends), len(young), max(young, default=None))
