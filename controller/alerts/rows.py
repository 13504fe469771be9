"""How do alerts as they are decided on stand in the tables?"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from controller.alerts.decide import DAY, Alert, Decided, Kind, Member, Topic
from controller.alerts.models import Alert as Row
from controller.alerts.models import AlertMachine
from controller.fleet.models import Machine
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place


def known(place: Place, clinic: Clinic | None, now: datetime) -> dict[Topic, Alert]:
    """The alerts that are open, closed within a day, or closed without that being told."""
    late = Q(closed_at__isnull=True) | Q(closed_at__gt=now - DAY) | Q(told__isnull=False)
    rows = list(Row.objects.at(place).filter(late, clinic=clinic).order_by("opened_at"))
    members: dict[UUID, dict[str, Member]] = {row.id: {} for row in rows}
    for one in AlertMachine.objects.at(place).filter(alert__in=rows):
        members[one.alert_id][one.subject] = Member(
            one.label, one.joined_at, one.clear_since, one.left_at
        )
    return {_topic(row): _read(row, members[row.id], now) for row in rows}


def _topic(row: Row) -> Topic:
    return Topic(Kind(row.kind), row.name, row.about)


def _read(row: Row, members: Mapping[str, Member], now: datetime) -> Alert:
    recent = {
        name: one for name, one in members.items() if one.left_at is None or now - one.left_at < DAY
    }
    return Alert(
        topic=_topic(row),
        severity=row.severity,
        opened_at=row.opened_at,
        members=recent,
        id=row.id,
        closed_at=row.closed_at,
        acknowledged_at=row.acknowledged_at,
        flaps=tuple(datetime.fromisoformat(at) for at in row.flaps),
        told=frozenset(row.told) if row.told is not None else None,
        told_at=row.told_at,
    )


def write(
    org: Org, clinic: Clinic | None, before: Mapping[Topic, Alert], decided: Decided
) -> dict[Topic, Row]:
    """Write what changed; the rows of all alerts that were decided on."""
    rows = {}
    for topic, alert in decided.alerts.items():
        row = _row(org, clinic, alert)
        rows[topic] = row
        old = before.get(topic)
        if old == alert:
            continue
        if alert.id is None:
            row.save(force_insert=True)
        else:
            # Who acknowledged it is written by people, and taken back only when it opens anew.
            is_anew = old is not None and old.acknowledged_at and not alert.acknowledged_at
            moved = (*_MOVED, *(_ACKNOWLEDGED if is_anew else ()))
            stored = Row.objects.at(Place(org.id)).filter(pk=alert.id)
            stored.update(**{name: getattr(row, name) for name in moved})
        _write_members(row, old.members if old and alert.id else {}, alert.members)
    return rows


_MOVED = ("severity", "opened_at", "closed_at", "flaps", "told", "told_at")
_ACKNOWLEDGED = ("acknowledged_at", "acknowledged_by")


def _row(org: Org, clinic: Clinic | None, alert: Alert) -> Row:
    named = {"id": alert.id} if alert.id else {}
    return Row(
        **named,
        org=org,
        clinic=clinic,
        kind=alert.topic.kind,
        name=alert.topic.name,
        about=alert.topic.about,
        severity=alert.severity,
        opened_at=alert.opened_at,
        closed_at=alert.closed_at,
        acknowledged_at=alert.acknowledged_at,
        flaps=[at.isoformat() for at in alert.flaps],
        told=sorted(alert.told) if alert.told is not None else None,
        told_at=alert.told_at,
    )


def _write_members(row: Row, before: Mapping[str, Member], after: Mapping[str, Member]) -> None:
    changed = {name: one for name, one in after.items() if before.get(name) != one}
    if not changed:
        return
    machines = _machines(Place(row.org_id), changed)
    AlertMachine.objects.at(Place(row.org_id)).bulk_create(
        [
            AlertMachine(
                org_id=row.org_id,
                alert=row,
                subject=name,
                machine_id=machines.get(name),
                label=one.label[:200],
                joined_at=one.joined_at,
                clear_since=one.clear_since,
                left_at=one.left_at,
            )
            for name, one in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["org", "alert", "subject"],
        update_fields=["label", "joined_at", "clear_since", "left_at"],
    )


def _machines(place: Place, subjects: Mapping[str, Member]) -> dict[str, UUID]:
    """Which subjects are machines: their ids as 32 hex digits."""
    hexes = [UUID(name) for name in subjects if len(name) == 32]
    return {
        key.hex: key
        for key in Machine.objects.at(place).filter(pk__in=hexes).values_list("id", flat=True)
    }
