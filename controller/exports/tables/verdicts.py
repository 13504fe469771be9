"""What every rule says of every machine now. A pass of a silent machine is stale: it was so."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.findings.models import RuleState, Shield
from controller.fleet.queries import is_silent
from controller.policy.queries import Described, described
from rules.verdict import Verdict


class _Row(NamedTuple):
    one: RuleState
    rule: Described
    is_silent: bool
    shield: Shield | None


def _rows(asked: Asked) -> Iterator[_Row]:
    rules, shields = described(asked.place), _shields(asked)
    whole = RuleState.objects.at(asked.place).select_related("clinic", "machine__visitor")
    ordered = whole.order_by("machine__host", "machine_id", "rule_no")
    for one in ordered.iterator(chunk_size=CHUNK):
        rule = rules.get(one.rule_no) or Described(str(one.rule_no), "", "")
        silent = is_silent(one.machine, asked.now)
        shield = None if silent else shields.get((one.machine_id, one.rule_no))
        yield _Row(one, rule, silent, shield)


def _shields(asked: Asked) -> dict[tuple[UUID, int], Shield]:
    held = Shield.objects.at(asked.place).filter(since_at__lte=asked.now, until_at__gt=asked.now)
    return {(one.machine_id, one.rule_no): one for one in held.select_related("waiver")}


def _state(row: _Row) -> str:
    is_stale = row.is_silent and row.one.verdict == Verdict.PASS
    return "stale" if is_stale else row.one.verdict


TABLE = Table(
    id="verdicts",
    title="Verdicts now",
    about="Each rule on each machine, since when, and by which waiver a failure is accepted.",
    rows=_rows,
    columns=(
        ("clinic", lambda row: row.one.clinic.name),
        ("machine", lambda row: row.one.machine.host),
        ("machine state", lambda row: row.one.machine.state),
        ("rule", lambda row: row.rule.id),
        ("title", lambda row: row.rule.title),
        ("severity", lambda row: row.rule.severity),
        ("verdict", lambda row: row.one.verdict),
        ("shown as", _state),
        ("observed since", lambda row: row.one.observed_since),
        ("known since", lambda row: row.one.known_since),
        ("why", lambda row: str((row.one.evidence or {}).get("why") or "")),
        ("waiver", lambda row: row.shield and row.shield.waiver.label),
        ("accepted until", lambda row: row.shield and row.shield.until_at),
        ("controls", lambda row: " ".join(sorted(row.rule.controls))),
        ("pack sha256", lambda row: row.one.pack_sha),
    ),
)
