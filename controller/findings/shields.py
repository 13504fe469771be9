"""Which failures that are open now are accepted, by which waiver, and from when to when?

What people approved is laid over what machines reported, by the engine's own overlay. No clock is
asked: each shield says from when to when it holds, and who reads asks whether that is now. So a
waiver ends at its end and the next one begins without a job, and all of it is derived again.

- Only a failure is ever shielded. Unknown, error and everything else has no shield at all.
- Works on any cursor and without Django; whoever calls owns the transaction.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from controller.findings import rows
from controller.findings.rows import Subject
from controller.ledger.sql import Cursor, instant, marks, moment
from controller.policy import compiled
from rules.compiled import builtin, instants, scope, tree
from rules.compiled.assignment import Assignment, Match
from rules.compiled.grant import Grant
from rules.compiled.rule import Pack, Rule
from rules.compiled.waiver import Waiver
from rules.engine.waive import Judged, Shield, overlay
from rules.errors import Place
from rules.facts import form
from rules.facts.base import Reading
from rules.verdict import Verdict

_EVERYWHERE = Match(())
_NOBODY = Assignment()
_NOWHERE = Place("waiver", 1, 1, 1)
_SOURCE = ("waiver",)


class _Item(NamedTuple):
    item: str | None


class _Result(NamedTuple):
    """A failure as a report holds it."""

    rule: str
    verdict: Verdict
    n: tuple[int, int, int, int, int]
    items: tuple[_Item, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Granted:
    """An approved waiver: which machines it reaches, and what the engine asks of it."""

    pack: str
    machine: str | None
    site: str | None
    role: str
    since: datetime
    until: datetime
    waiver: Waiver

    def reaches(self, failure: "Failure") -> bool:
        """Does it mean this machine? One that was set up anew keeps what it had before."""
        return (
            self.machine in (None, failure.machine, failure.replaces)
            and self.site in (None, failure.site)
            and self.role in ("", failure.role)
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that fails on a machine now."""

    machine: str
    rule_no: int
    pack: str
    rule: str
    pack_sha: str
    evidence: str
    site: str | None
    role: str
    replaces: str | None


class Stretch(NamedTuple):
    """From when on and before when one waiver accepts a failure."""

    since: datetime
    until: datetime
    waiver: str


def lay(cursor: Cursor, org: str, clinic: str, machines: Collection[str] | None = None) -> None:
    """Write the shields of a clinic's machines anew, of all of them or of some."""
    granted = _granted(cursor, org, clinic)
    held = _held(cursor, org, clinic, machines)
    if not granted and not held:
        return
    wanted: set[tuple[Any, ...]] = set()
    for failure in _failures(cursor, org, clinic, machines) if granted else ():
        for since, until, waiver in _stretches(cursor, org, failure, granted):
            key = failure.machine, failure.rule_no
            wanted.add((*key, moment(since), moment(until), waiver))
    _write(cursor, org, clinic, held, wanted)


def _write(
    cursor: Cursor, org: str, clinic: str, held: set[tuple[Any, ...]], wanted: set[tuple[Any, ...]]
) -> None:
    cursor.executemany(
        "DELETE FROM shield WHERE org_id = %s AND machine_id = %s AND rule_no = %s"
        " AND since_at = %s",
        [(org, *row[:3]) for row in sorted(held - wanted)],
    )
    cursor.executemany(
        "INSERT INTO shield (org_id, clinic_id, machine_id, rule_no, since_at, until_at, waiver_id)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [(org, clinic, *row) for row in sorted(wanted - held)],
    )


def _held(
    cursor: Cursor, org: str, clinic: str, machines: Collection[str] | None
) -> set[tuple[Any, ...]]:
    where, values = _of(machines, "machine_id")
    cursor.execute(
        "SELECT machine_id, rule_no, since_at, until_at, waiver_id FROM shield"  # noqa: S608
        f" WHERE org_id = %s AND clinic_id = %s{where}",
        (org, clinic, *values),
    )
    return {
        (machine, no, moment(instant(since)), moment(instant(until)), waiver)
        for machine, no, since, until, waiver in cursor.fetchall()
    }


def _granted(cursor: Cursor, org: str, clinic: str) -> list[Granted]:
    cursor.execute(
        "SELECT id, pack, rule, machine_id, site_id, role, leaves, since_at, until_at FROM waiver"
        " WHERE org_id = %s AND clinic_id = %s AND state = 'approved' ORDER BY id",
        (org, clinic),
    )
    return [_read(row) for row in cursor.fetchall()]


def _read(row: Sequence[Any]) -> Granted:
    name, pack, rule, machine, site, role, leaves, *times = row
    since, until = map(instant, times)
    grant = Grant(since=instants.of_datetime(since), until=instants.of_datetime(until) - 1)
    nodes = tuple(tree.read(leaf, _SOURCE) for leaf in json.loads(leaves))
    waiver = Waiver(name, rule, _EVERYWHERE, grant, _NOWHERE, nodes)
    return Granted(pack, machine, site, role, since, until, waiver)


def _failures(
    cursor: Cursor, org: str, clinic: str, machines: Collection[str] | None
) -> list[Failure]:
    where, values = _of(machines, "s.machine_id")
    cursor.execute(
        "SELECT s.machine_id, s.rule_no, r.pack, r.name, s.pack_sha, s.evidence,"  # noqa: S608
        " m.site_id, m.role, m.replaces FROM rule_state s JOIN machine m ON m.id = s.machine_id"
        " JOIN rule r ON r.org_id = s.org_id AND r.rule_no = s.rule_no"
        f" WHERE s.org_id = %s AND s.clinic_id = %s AND s.verdict = 'fail'{where}",
        (org, clinic, *values),
    )
    return [Failure(*row) for row in cursor.fetchall()]


def _of(machines: Collection[str] | None, column: str) -> tuple[str, tuple[str, ...]]:
    """The condition that narrows a query to some machines."""
    if machines is None:
        return "", ()
    names = tuple(sorted(machines))
    return f" AND {column} IN ({marks(names)})", names


def _stretches(
    cursor: Cursor, org: str, failure: Failure, granted: Sequence[Granted]
) -> Iterator[Stretch]:
    near = [one for one in granted if one.pack == failure.pack and one.reaches(failure)]
    if not near:
        return
    pack = _pack(cursor, org, failure.pack_sha)
    rule = (pack.rule(failure.rule) if pack else None) or _bare(failure.rule)
    names = {rule.id, *rule.replaces}
    ours = [one for one in near if one.waiver.rule in names and _speaks_of(one.waiver, rule)]
    has_items = any(one.waiver.items for one in ours)
    readings = _readings(cursor, Subject(org, "", failure.machine)) if has_items else {}
    yield from _joined(_pieces(ours, rule, Judged(_NOBODY, (_result(failure),), readings)))


def _speaks_of(waiver: Waiver, rule: Rule) -> bool:
    """Are its leaves about the list that this version of the rule walks?"""
    item = scope.item(rule.over.path) if waiver.items and rule.over is not None else None
    names = {item[0]} if item else set()
    return all(tree.roots(leaf) <= names for leaf in waiver.items)


def _pieces(granted: Sequence[Granted], rule: Rule, judged: Judged) -> Iterator[Stretch]:
    """Between each two instants at which a waiver begins or ends: which one accepts it all."""
    edges = sorted({at for one in granted for at in (one.since, one.until)})
    for since, until in pairwise(edges):
        holding = [one for one in granted if one.since <= since < one.until]
        waivers = [one.waiver for one in holding]
        (said,) = overlay(waivers, (_alone(rule),), (judged,), since).shields
        if said.is_waived:
            yield Stretch(since, until, _by(holding, said))


def _by(holding: Sequence[Granted], said: Shield) -> str:
    """Of those that accept it: the one that holds longest as a whole, or ends first of its items'.

    Where a waiver without items accepts the failure, those with items add nothing to it.
    """
    whole = [one for one in holding if not one.waiver.items]
    if whole:
        return min(whole, key=lambda one: (-one.until.timestamp(), one.waiver.id)).waiver.id
    used = [one for one in holding if one.waiver.id in said.items]
    return min(used, key=lambda one: (one.until, one.waiver.id)).waiver.id


def _joined(pieces: Iterator[Stretch]) -> Iterator[Stretch]:
    """Stretches of one waiver that follow each other are one."""
    last: Stretch | None = None
    for piece in pieces:
        if last is not None and (last.until, last.waiver) == (piece.since, piece.waiver):
            last = last._replace(until=piece.until)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _result(failure: Failure) -> _Result:
    evidence = json.loads(failure.evidence)
    n_pass, n_fail, n_error, n_unknown, n_na = evidence.get("n") or (0, 0, 0, 0, 0)
    return _Result(
        failure.rule,
        Verdict.FAIL,
        (n_pass, n_fail, n_error, n_unknown, n_na),
        tuple(_Item(item.get("item")) for item in evidence.get("items", ())),
        int(evidence.get("left_out", 0)),
    )


def _readings(cursor: Cursor, of: Subject) -> Mapping[str, Reading]:
    """The facts of a machine as they left it; one that cannot be read is as if never sent."""
    found = {}
    for name, document in rows.facts(cursor, of).items():
        with suppress(KeyError, TypeError, ValueError):
            found[name] = form.from_json(document)
    return found


_packs: dict[str, Pack] = {}
"""Packs that were read, by digest: their bytes cannot change."""


def _pack(cursor: Cursor, org: str, digest: str) -> Pack | None:
    """The pack that judged, if it is known here."""
    if digest == builtin.pack().sha256:
        return builtin.pack()
    if digest not in _packs:
        cursor.execute("SELECT data FROM pack WHERE org_id = %s AND digest = %s", (org, digest))
        row = cursor.fetchone()
        pack = compiled.read(bytes(row[0])) if row is not None else None
        if pack is None:
            return None
        _packs[digest] = pack
    return _packs[digest]


def _bare(rule: str) -> Rule:
    """A rule of which nothing but its name is known: by item nothing of it can be accepted."""
    return Rule(rule, rule, "", (), {}, "", _NOWHERE)


def _alone(rule: Rule) -> Pack:
    return Pack("", "", "", "", "", "", (), (), (rule,))
