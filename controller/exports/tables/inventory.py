"""Every machine that somebody's list names, and the enrolled one of that name."""

from collections.abc import Iterator

from controller.exports.tables.base import Asked, Table
from controller.inventory import queries


def _rows(asked: Asked) -> Iterator[queries.Entry]:
    if asked.clinic is not None:
        yield from queries.entries(asked.place)


TABLE = Table(
    id="inventory",
    title="Inventory",
    about="Machines of the imported lists: those without an agent are not known of here.",
    of_clinic=True,
    rows=_rows,
    columns=(
        ("machine", lambda one: one.listed.host),
        ("kind", lambda one: one.listed.kind),
        ("system", lambda one: one.listed.system),
        ("list", lambda one: one.listed.source),
        ("listed", lambda one: one.listed.listed_at),
        ("state", lambda one: str(one.listed.state)),
        ("reason", lambda one: one.listed.reason),
        ("carries an agent", lambda one: one.machine is not None),
        ("joined", lambda one: one.machine and one.machine.enrolled_at),
    ),
)
