"""Every entry of every list that the practice keeps, each with all its versions.

`of` makes a table of one list, with the columns of its own fields.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from controller.exports.cells import Cell
from controller.exports.tables.base import CHUNK, Asked, Column, Table
from controller.paperwork import fields, lists, queries
from controller.paperwork.fields import Field
from controller.paperwork.lists import Kept
from controller.paperwork.models import Entry
from controller.paperwork.registers.base import Register
from controller.paperwork.registers.index import BY_ID
from controller.people.roles import Permission


class _Row(NamedTuple):
    one: Entry
    register: Register


def _rows(asked: Asked) -> Iterator[_Row]:
    whole = Entry.objects.at(asked.place).select_related("clinic")
    for one in whole.order_by("register", "entry", "n").iterator(chunk_size=CHUNK):
        if one.register in BY_ID:
            yield _Row(one, BY_ID[one.register])


def _told(row: _Row) -> str:
    told = ((of.label, fields.shown(of, row.one.data.get(of.name))) for of in row.register.fields)
    return "; ".join(f"{label}: {text}" for label, text in told if text)


TABLE = Table(
    id="registers",
    title="Registers",
    about="People, vendors, incidents and the other lists: every version of every entry.",
    needs=Permission.REGISTERS_READ,
    rows=_rows,
    columns=(
        ("clinic", lambda row: row.one.clinic.name),
        ("register", lambda row: row.register.title),
        ("entry", lambda row: lists.name_of(row.register, row.one)),
        ("id", lambda row: str(row.one.entry)),
        ("version", lambda row: row.one.n),
        ("says", _told),
        ("struck", lambda row: row.one.is_struck),
        ("why", lambda row: row.one.why),
        ("by", lambda row: row.one.made_by),
        ("at", lambda row: row.one.made_at),
    ),
)


def of(register: Register) -> Table:
    """One list as it stands now, what was struck last."""

    def rows(asked: Asked) -> Iterator[Kept]:
        if asked.clinic is not None:
            day = queries.today(asked.clinic, asked.now).day
            yield from lists.entries(asked.place, register, day)

    own: tuple[Column, ...] = tuple((one.label, _shown(one)) for one in register.fields)
    return Table(
        id=register.id,
        title=register.title,
        about=register.about,
        needs=Permission.REGISTERS_READ,
        of_clinic=True,
        rows=rows,
        columns=(*own, *_TRACE),
    )


def _shown(field: Field) -> Callable[[Kept], Cell]:
    return lambda kept: fields.shown(field, kept.row.data.get(field.name))


_TRACE: tuple[Column, ...] = (
    ("open", lambda kept: [mark.word for mark in kept.marks]),
    ("version", lambda kept: kept.row.n),
    ("struck", lambda kept: f"struck: {kept.row.why}" if kept.row.is_struck else ""),
    ("by", lambda kept: kept.row.made_by),
    ("at", lambda kept: kept.row.made_at),
)
