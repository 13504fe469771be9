"""From when to when each rule had which verdict on which machine."""

from collections.abc import Iterator
from typing import NamedTuple

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.findings.models import RuleSpan
from controller.policy.queries import rules


class _Row(NamedTuple):
    one: RuleSpan
    rule: str


def _rows(asked: Asked) -> Iterator[_Row]:
    names = {no: f"{rule.pack}/{rule.name}" for no, rule in rules(asked.place).items()}
    whole = RuleSpan.objects.at(asked.place).select_related("machine__clinic")
    ordered = whole.order_by("machine__host", "machine_id", "rule_no", "epoch", "seq")
    for one in ordered.iterator(chunk_size=CHUNK):
        yield _Row(one, names.get(one.rule_no, str(one.rule_no)))


TABLE = Table(
    id="spans",
    title="History of verdicts",
    about="Every change of a verdict: when it was so, and when it became known here.",
    rows=_rows,
    columns=(
        ("clinic", lambda row: row.one.machine.clinic.name),
        ("machine", lambda row: row.one.machine.host),
        ("rule", lambda row: row.rule),
        ("verdict", lambda row: row.one.verdict),
        ("observed from", lambda row: row.one.observed_from),
        ("observed to", lambda row: row.one.observed_to),
        ("known from", lambda row: row.one.known_from),
        ("known to", lambda row: row.one.known_to),
        ("epoch", lambda row: row.one.epoch),
        ("report", lambda row: row.one.seq),
    ),
)
