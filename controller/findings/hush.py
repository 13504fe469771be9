"""Why may a machine be silent? Only what there is evidence of, from before it fell silent.

A machine that is off cannot say so: that it was shut down in order, or crashed, it tells when it is
back, and its contact gap then holds that (controller.findings.contact). Of one that is silent now
is known what it did last, whether whoever visits it is silent too, and when nobody listened.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from controller.findings.models import ContactGap
from controller.fleet import absence, queries
from controller.fleet.models import Machine
from controller.ledger import raw
from controller.ledger.models import Report as Row
from controller.ledger.watch import Away
from controller.tenants.scope import Place
from evidence.bodies import Full, LocalEvent
from evidence.report import Report

_LAST = 3
_CLOSE = 5 * 60


@dataclass(frozen=True, slots=True)
class Hush:
    """What is known of a silence: `after_pack` if new rules were the last that it told of."""

    after_pack: bool = False
    visitor_silent: bool = False
    outages: tuple[Away, ...] = ()


def why(place: Place, machine: Machine, now: datetime) -> Hush:
    """What is known of why a silent machine is silent."""
    visitor = machine.visitor
    return Hush(
        after_pack=_took_rules(place, machine.id),
        visitor_silent=visitor is not None and queries.is_silent(visitor, now),
        outages=absence.outages(place, machine.seen_at, now) if machine.seen_at else (),
    )


def reasons(place: Place, machines: set[UUID], at: datetime) -> dict[UUID, str]:
    """Of those that were silent at a moment and were heard since: what they said of it."""
    gaps = ContactGap.objects.at(Place(place.org)).filter(
        machine_id__in=machines, from_at__lt=at, to_at__gt=at
    )
    return dict(gaps.values_list("machine_id", "reason"))


def _took_rules(place: Place, machine: UUID) -> bool:
    """Did one of its last words say that new rules were put in force, or were judged by first?"""
    rows = Row.objects.at(Place(place.org)).filter(
        machine_id=machine, standing="stored", raw__isnull=False
    )
    last = list(rows.order_by("-epoch", "-seq").values_list("raw", "received_at")[:_LAST])
    return any(
        _is_of_rules(bytes(data))
        for data, at in last
        if data is not None and (last[0][1] - at).total_seconds() <= _CLOSE
    )


def _is_of_rules(data: bytes) -> bool:
    body = Report.from_bytes(raw.unpack(data).payload).body
    if isinstance(body, LocalEvent):
        return body.event == "pack_installed"
    return isinstance(body, Full) and body.cause == "pack"
