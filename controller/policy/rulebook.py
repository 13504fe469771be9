"""Which number does a rule have, and how severe is it?

A rule gets its number when it is first heard of, and keeps it for ever. Packs that authors
publish are stored by their digest then; one that this controller carries itself as soon as a
report names it. So verdicts can be explained on any later day.

- Works on any cursor and without Django. After a rollback it must be forgotten (`forget`): what it
  had inserted is not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from controller.ledger.sql import Cursor, moment
from controller.policy import compiled
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
    kept: set[str] = field(default_factory=set)
    ran: set[tuple[str, int]] = field(default_factory=set)


class Rulebook:
    """The rules of every org that was asked for, read once.

    One that does not `learn` takes numbers and severities as they are: for who derives again.
    """

    def __init__(self, carried: Iterable[Carried] = (), *, learns: bool = True) -> None:
        self._learns = learns
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
        severity = self._severity(cursor, org, pack, rule)
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
        """Have a pack that a report names in the books, if it was published or is carried here.

        The severities of its rules count from then on, if no higher version of it is known.
        """
        book = self._book(cursor, org)
        if not self._learns or digest in book.kept:
            return
        book.kept.add(digest)
        carried = self._carried.get(digest)
        if carried is not None and digest not in book.packs:
            self._store(cursor, org, carried, at)
            book.packs.add(digest)
        cursor.execute("SELECT data FROM pack WHERE org_id = %s AND digest = %s", (org, digest))
        row = cursor.fetchone()
        pack = compiled.read(bytes(row[0])) if row is not None else None
        if pack is not None and self._known(cursor, org, pack.pack)[0].version == pack.version:
            self._weigh(cursor, org, pack)

    def first_run(self, cursor: Cursor, org: str, clinic: str, targets: int, at: datetime) -> str:
        """A machine of a clinic says that it runs these targets: their hash if it is the first.

        Empty if another said so before, or if they were never published here.
        """
        book = self._book(cursor, org)
        if (clinic, targets) in book.ran:
            return ""
        cursor.execute(
            "SELECT sha256 FROM publication WHERE org_id = %s AND targets = %s", (org, targets)
        )
        published = cursor.fetchone()
        if published is None:
            return ""
        book.ran.add((clinic, targets))
        key = org, clinic, targets
        cursor.execute(
            "SELECT 1 FROM policy_run WHERE org_id = %s AND clinic_id = %s AND targets = %s", key
        )
        if cursor.fetchone() is not None:
            return ""
        cursor.execute(
            "INSERT INTO policy_run (id, org_id, clinic_id, targets, first_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (uuid4().hex, *key, moment(at)),
        )
        return str(published[0])

    def _store(self, cursor: Cursor, org: str, carried: Carried, at: datetime) -> None:
        pack = carried.pack
        cursor.execute(
            "INSERT INTO pack (id, org_id, digest, name, version, data, known_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (uuid4().hex, org, pack.sha256, pack.pack, pack.version, carried.data, moment(at)),
        )

    def _weigh(self, cursor: Cursor, org: str, pack: Pack) -> None:
        book = self._book(cursor, org)
        for rule in pack.rules:
            no = book.numbers.get((pack.pack, rule.id))
            if no is not None and book.severities[no] != rule.severity:
                cursor.execute(
                    "UPDATE rule SET severity = %s WHERE org_id = %s AND rule_no = %s",
                    (rule.severity, org, no),
                )
                book.severities[no] = rule.severity

    def _severity(self, cursor: Cursor, org: str, pack: str, rule: str) -> str:
        """That of the highest version of the pack that has the rule."""
        found = (known.rule(rule) for known in self._known(cursor, org, pack))
        return next((one.severity for one in found if one is not None), "")

    def _known(self, cursor: Cursor, org: str, name: str) -> list[Pack]:
        """Every version of a pack that is at hand, the highest first."""
        cursor.execute("SELECT data FROM pack WHERE org_id = %s AND name = %s", (org, name))
        stored = [compiled.read(bytes(data)) for (data,) in cursor.fetchall()]
        carried = [one.pack for one in self._carried.values() if one.pack.pack == name]
        found = {pack.sha256: pack for pack in (*carried, *stored) if pack is not None}
        return sorted(found.values(), key=compiled.rank, reverse=True)

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
