"""The way of images at a clinic: what was declared, and what machines show, line by line."""

from collections.abc import Iterator

from controller.exports.tables.base import Asked, Table
from controller.paperwork import dataflow, queries
from controller.paperwork.dataflow import Line
from controller.people.roles import Permission

_STATES = {
    "seen": "seen, not declared",
    "declared": "declared, not seen",
    "both": "declared and seen",
}


def _rows(asked: Asked) -> Iterator[Line]:
    if asked.clinic is not None:
        yield from dataflow.drawn(queries.on_file(asked.clinic)).lines


TABLE = Table(
    id="dataflow",
    title="Data-flow map",
    about="Declared flows beside what machines show; what nobody declared comes first.",
    needs=Permission.REGISTERS_READ,
    of_clinic=True,
    rows=_rows,
    columns=(
        ("from", lambda one: one.source),
        ("to", lambda one: one.target),
        ("how", lambda one: one.way),
        ("encrypted", lambda one: one.encrypted),
        ("state", lambda one: _STATES[one.standing]),
        ("seen as", lambda one: list(one.seen)),
        ("seen no more", lambda one: list(one.gone)),
        ("vendor", lambda one: one.vendor),
    ),
)
