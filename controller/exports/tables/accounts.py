"""Every account that a machine reports, under the number that stands for its name there."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.fleet import accounts
from controller.fleet.models import FactsNow
from controller.fleet.queries import ENDED


class _Row(NamedTuple):
    facts: FactsNow
    account: dict[str, Any]


def _rows(asked: Asked) -> Iterator[_Row]:
    whole = FactsNow.objects.at(asked.place).select_related("machine__clinic").defer("imaging")
    held = whole.exclude(machine__state__in=ENDED).order_by("machine__host", "machine_id")
    for row in held.iterator(chunk_size=CHUNK):
        for account in accounts.listed(row.document):
            yield _Row(row, account)


TABLE = Table(
    id="accounts",
    title="Accounts",
    about="Who can sign in where: numbers and keyed hashes, never a name.",
    rows=_rows,
    columns=(
        ("clinic", lambda row: row.facts.machine.clinic.name),
        ("machine", lambda row: row.facts.machine.host),
        ("account", lambda row: accounts.said(row.account, "name")),
        ("id", lambda row: accounts.said(row.account, "id")),
        ("kind", lambda row: accounts.said(row.account, "kind")),
        ("enabled", lambda row: accounts.said(row.account, "enabled")),
        ("can sign in at the screen", lambda row: accounts.said(row.account, "interactive")),
        ("administrator", lambda row: accounts.said(row.account, "admin")),
        ("guest", lambda row: accounts.said(row.account, "guest")),
        ("shared by name", lambda row: accounts.said(row.account, "generic_name")),
        ("blank password", lambda row: accounts.said(row.account, "blank_password")),
        ("last seen", lambda row: accounts.said(row.account, "last_seen")),
        ("locks after", lambda row: accounts.said(row.account, "lock.after")),
        ("observed", lambda row: row.facts.observed_at),
    ),
)
