"""Which number does a rule have, and how severe is it?

A rule gets its number when it is first heard of, and keeps it for ever. A pack is stored by its
digest as soon as a report names one that this controller carries itself, so that its verdicts can
be explained on any later day.

- Works on any cursor and without Django. After a rollback it must be forgotten (`forget`): what it
  had inserted is not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from controller.ledger.sql import Cursor, moment
from rules.compiled import builtin
from rules.compiled.rule import Pack

RANKS: Mapping[str, int] = {"critical": 4, "high": 3, "medium": 2, "low": 1}
# A failure of a rule whose pack is not known here is not taken lightly.
UNKNOWN_RANK = RANKS["high"]


@dataclass(frozen=True, slots=True)
class Carried:
    """A pack that this controller holds itself: what it says, and its bytes."""

    pack: Pack
    data: bytes


def carried() -> tuple[Carried, ...]:
    """The packs that come with this release."""
    return (Carried(builtin.pack(), builtin.data()),)


@dataclass(slots=True)
class _Org:
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    severities: dict[int, str] = field(default_factory=dict)
    packs: set[str] = field(default_factory=set)


class Rulebook:
    """The rules of every org that was asked for, read once."""

    def __init__(self, carried: Iterable[Carried] = ()) -> None:
        self._carried = {one.pack.sha256: one for one in carried}
        self._orgs: dict[str, _Org] = {}

    def forget(self) -> None:
        """Read everything anew: the transaction that wrote it was rolled back."""
        self._orgs.clear()

    def number(self, cursor: Cursor, org: str, pack: str, rule: str) -> int:
        """The number of a rule; a new one if it was never heard of."""
        book = self._book(cursor, org)
        known = book.numbers.get((pack, rule))
        if known is not None:
            return known
        no = max(book.severities, default=0) + 1
        severity = self._severity(pack, rule)
        cursor.execute(
            "INSERT INTO rule (id, org_id, rule_no, pack, name, severity)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (uuid4().hex, org, no, pack, rule, severity),
        )
        book.numbers[pack, rule] = no
        book.severities[no] = severity
        return no

    def rank(self, cursor: Cursor, org: str, rule_no: int) -> int:
        """How severe a failure of this rule is: 4 critical to 1 low."""
        return RANKS.get(self._book(cursor, org).severities[rule_no], UNKNOWN_RANK)

    def keep(self, cursor: Cursor, org: str, digest: str, at: datetime) -> None:
        """Store a pack that a report names, if this controller carries it and has not yet."""
        book = self._book(cursor, org)
        carried = self._carried.get(digest)
        if carried is None or digest in book.packs:
            return
        pack = carried.pack
        cursor.execute(
            "INSERT INTO pack (id, org_id, digest, name, version, data, known_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (uuid4().hex, org, digest, pack.pack, pack.version, carried.data, moment(at)),
        )
        book.packs.add(digest)
        for rule in pack.rules:
            no = book.numbers.get((pack.pack, rule.id))
            if no is not None and book.severities[no] != rule.severity:
                cursor.execute(
                    "UPDATE rule SET severity = %s WHERE org_id = %s AND rule_no = %s",
                    (rule.severity, org, no),
                )
                book.severities[no] = rule.severity

    def _severity(self, pack: str, rule: str) -> str:
        for carried in self._carried.values():
            known = carried.pack.rule(rule) if carried.pack.pack == pack else None
            if known is not None:
                return known.severity
        return ""

    def _book(self, cursor: Cursor, org: str) -> _Org:
        book = self._orgs.get(org)
        if book is None:
            book = self._orgs[org] = _Org()
            cursor.execute(
                "SELECT pack, name, rule_no, severity FROM rule WHERE org_id = %s", (org,)
            )
            for pack, name, no, severity in cursor.fetchall():
                book.numbers[pack, name] = no
                book.severities[no] = severity
            cursor.execute("SELECT digest FROM pack WHERE org_id = %s", (org,))
            book.packs.update(digest for (digest,) in cursor.fetchall())
        return book
