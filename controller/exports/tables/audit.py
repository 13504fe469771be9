"""Every act of a person, with its leaf of the log."""

import json
from collections.abc import Iterator
from typing import Any

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.ledger import queries
from controller.ledger.models import Audit
from controller.people.roles import Permission


def _rows(asked: Asked) -> Iterator[Audit]:
    yield from queries.acts(asked.place).iterator(chunk_size=CHUNK)


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    return "" if value is None else json.dumps(value, sort_keys=True)


TABLE = Table(
    id="audit",
    title="Acts of people",
    about="Who did what, from where and when, and at which leaf of the signed log it stands.",
    needs=Permission.AUDIT_READ,
    rows=_rows,
    columns=(
        ("n", lambda one: one.n),
        ("at", lambda one: one.at),
        ("clinic", lambda one: one.clinic and one.clinic.name),
        ("who", lambda one: one.actor),
        ("from", lambda one: one.address),
        ("act", lambda one: one.action),
        ("on", lambda one: one.object),
        ("before", lambda one: _json(one.before)),
        ("after", lambda one: _json(one.after)),
        ("leaf", lambda one: one.leaf),
    ),
)
