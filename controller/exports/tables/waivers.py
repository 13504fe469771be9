"""Every failure that people accepted, asked to accept, or refused to."""

from collections.abc import Iterator
from typing import NamedTuple

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.policy import waivers
from controller.policy.models import Waiver


class _Row(NamedTuple):
    one: Waiver
    state: str


def _rows(asked: Asked) -> Iterator[_Row]:
    for one in waivers.waivers(asked.place).iterator(chunk_size=CHUNK):
        yield _Row(one, str(waivers.standing(one, asked.now)))


TABLE = Table(
    id="waivers",
    title="Waivers",
    about="Accepted failures: why, what protects instead, who carries the risk, who approved.",
    rows=_rows,
    columns=(
        ("clinic", lambda row: row.one.clinic.name),
        ("waiver", lambda row: row.one.label),
        ("rule", lambda row: f"{row.one.pack}/{row.one.rule}"),
        ("where", lambda row: waivers.where(row.one)),
        ("items", lambda row: " and ".join(row.one.items)),
        ("from", lambda row: row.one.since_at),
        ("until", lambda row: row.one.until_at),
        ("state", lambda row: row.state),
        ("reason", lambda row: row.one.reason),
        ("instead", lambda row: row.one.compensating),
        ("risk owner", lambda row: row.one.risk_owner),
        ("requested by", lambda row: row.one.requested_by),
        ("requested", lambda row: row.one.requested_at),
        ("decided by", lambda row: row.one.decided_by),
        ("decided", lambda row: row.one.decided_at),
        ("self-approved", lambda row: "self-approved" if row.one.self_approved else ""),
        ("revoked by", lambda row: row.one.revoked_by),
        ("revoked", lambda row: row.one.revoked_at),
        ("renews", lambda row: row.one.renews and row.one.renews.label),
    ),
)
