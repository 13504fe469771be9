"""Every statement that a clinic owes, and how the newest one stands."""

from collections.abc import Iterator

from controller.exports.tables.base import Asked, Table
from controller.paperwork import queries, signers
from controller.people.roles import Permission


def _rows(asked: Asked) -> Iterator[queries.Asked]:
    if asked.clinic is not None:
        yield from queries.standings(asked.clinic, asked.now)


TABLE = Table(
    id="paperwork",
    title="Paperwork",
    about="What the practice owes in statements, what is most urgent first.",
    needs=Permission.REGISTERS_READ,
    of_clinic=True,
    rows=_rows,
    columns=(
        ("statement", lambda one: one.kind.title),
        ("about", lambda one: one.subject.name),
        ("controls", lambda one: " ".join(one.kind.controls)),
        ("state", lambda one: str(one.standing.state)),
        ("why", lambda one: one.standing.reason),
        ("until", lambda one: one.standing.until),
        ("owner", lambda one: signers.OWNERS[one.kind.owner]),
        ("result", lambda one: one.newest and one.newest.result),
        ("reason", lambda one: one.newest and one.newest.reason),
        ("performed on", lambda one: one.newest and one.newest.performed_on),
        ("signed by", lambda one: one.newest and one.newest.signed_by),
        ("signed", lambda one: one.newest and one.newest.signed_at),
        ("document", lambda one: one.newest and one.newest.doc_where),
        ("document sha256", lambda one: one.newest and one.newest.doc_sha),
    ),
)
