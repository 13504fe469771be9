"""How do traces follow the reports? Chain by chain, each report of facts once, in its order.

A chain tells of its own machine and of the hosts that it visits. Each is one transaction.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from controller.fleet.models import FactsNow, Machine
from controller.ledger import raw
from controller.ledger.models import Report
from controller.tenants.scope import Place
from controller.traces.models import Followed, Trace
from controller.traces.shown import KINDS, Shown, shown
from evidence.bodies import SELF

_AT_ONCE = 500


def follow(place: Place) -> int:
    """Fold what came since; how many reports."""
    return sum(_chain(place, chain) for chain in _behind(place))


def _behind(place: Place) -> list[UUID]:
    """The chains of which facts came that are not folded yet."""
    folded = dict(Followed.objects.at(place).values_list("machine_id", "at"))
    heard = FactsNow.objects.at(place).filter(known_at__isnull=False)
    newest: dict[UUID, datetime] = {}
    for machine, visitor, at in heard.values_list("machine_id", "machine__visitor_id", "known_at"):
        chain = visitor or machine
        if at is not None:
            newest[chain] = max(at, newest.get(chain, at))
    return [chain for chain, at in newest.items() if chain not in folded or folded[chain] < at]


def _after(place: Place, chain: UUID, head: Followed | None) -> Any:  # noqa: ANN401 - a query set
    rows = Report.objects.at(Place(place.org)).filter(
        machine_id=chain, kind="facts", standing="stored", raw__isnull=False
    )
    if head is not None:
        rows = rows.filter(Q(epoch__gt=head.epoch) | Q(epoch=head.epoch, seq__gt=head.seq))
    return rows.order_by("epoch", "seq")


def _chain(place: Place, chain: UUID) -> int:
    folded = 0
    while n := _stretch(place, chain):
        folded += n
    return folded


@transaction.atomic
def _stretch(place: Place, chain: UUID) -> int:
    head = Followed.objects.at(Place(place.org)).filter(machine_id=chain).first()
    rows = list(_after(place, chain, head)[:_AT_ONCE])
    hosts = _hosts(place, chain)
    for row in rows:
        for machine, facts in _told(row, hosts):
            for kind in KINDS:
                said = shown(kind, facts)
                if said is not None:
                    _fold(place, machine, kind, said, row.received_at)
    if rows:
        last = {"epoch": rows[-1].epoch, "seq": rows[-1].seq, "at": rows[-1].received_at}
        Followed.objects.at(Place(place.org)).update_or_create(
            org_id=place.org, machine_id=chain, defaults=last
        )
    return len(rows)


def _hosts(place: Place, chain: UUID) -> dict[str | None, UUID]:
    """Whom the subjects of a chain's reports name."""
    visited = Machine.objects.at(Place(place.org)).filter(visitor_id=chain)
    return {SELF.id: chain, **{str(one.agent_id): one.id for one in visited}}


def _told(row: Report, hosts: dict[str | None, UUID]) -> Iterator[tuple[UUID, dict[str, Any]]]:
    body = json.loads(raw.unpack(bytes(row.raw or b"")).payload)["body"]
    machine = hosts.get(body["subject"]["id"])
    if machine is not None:
        yield machine, body["facts"]


def _fold(place: Place, machine: UUID, kind: str, said: Shown, at: datetime) -> None:
    open_ = {
        one.key: one
        for one in Trace.objects.at(Place(place.org)).filter(
            machine_id=machine, kind=kind, gone_at__isnull=True
        )
    }
    changed = []
    for key, one in open_.items():
        if key in said.things:
            one.last_at, one.more = at, dict(said.things[key].more)
            changed.append(one)
        elif said.is_whole:
            one.gone_at = at
            changed.append(one)
    Trace.objects.at(place).bulk_update(changed, ["last_at", "more", "gone_at"])
    Trace.objects.at(place).bulk_create(
        Trace(
            org_id=place.org,
            machine_id=machine,
            kind=kind,
            key=thing.key,
            label=thing.label,
            more=dict(thing.more),
            first_at=at,
            last_at=at,
        )
        for key, thing in said.things.items()
        if key not in open_
    )


def forget(place: Place) -> None:
    """Let go of all traces, so that they are folded anew from the reports that are kept."""
    Trace.objects.at(place).delete()
    Followed.objects.at(place).delete()
