"""Which accounts do machines report, and who of the staff do they belong to?

A local account is another on every machine; one of a domain or cloud is one wherever it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.fleet.queries import ENDED
from controller.paperwork import lists
from controller.tenants.scope import Place
from controller.traces.models import Trace

LINKED = "account_ids"
"""The field of the register of staff that holds the keys of a person's accounts."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as machines report it: on which, under which number, enabled where still."""

    key: str
    kind: str
    is_admin: bool
    where: tuple[str, ...]
    is_enabled: bool
    holders: tuple[str, ...]


def key(trace: Trace) -> str:
    """What an account goes by in a clinic."""
    is_shared = trace.more.get("kind") in ("domain", "cloud")
    return trace.key if is_shared else f"{trace.machine_id.hex[:12]}/{trace.key}"


def accounts(place: Place) -> list[Account]:
    """Every account that the machines of a clinic showed, those still enabled first."""
    rows = Trace.objects.at(place).filter(kind="account").select_related("machine")
    found: dict[str, list[Trace]] = {}
    for one in rows.order_by("machine__host", "label", "first_at"):
        found.setdefault(key(one), []).append(one)
    names = _holders(place)
    told = [_account(name, stays, names.get(name, [])) for name, stays in found.items()]
    return sorted(told, key=lambda one: (not one.is_enabled, one.where, one.key))


def _account(name: str, stays: Iterable[Trace], holders: list[str]) -> Account:
    newest = {one.machine_id: one for one in stays}
    last = list(newest.values())
    return Account(
        key=name,
        kind=str(last[0].more.get("kind") or ""),
        is_admin=any(one.more.get("admin") is True for one in last),
        where=tuple(f"{one.machine.host}: {one.label}" for one in last),
        is_enabled=any(one.gone_at is None and one.machine.state not in ENDED for one in last),
        holders=tuple(holders),
    )


def _holders(place: Place) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in lists.newest(place, "people"):
        for one in () if row.is_struck else row.data.get(LINKED) or ():
            found.setdefault(one, []).append(str(row.data.get("reference") or ""))
    return found
