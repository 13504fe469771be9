"""What has been received of a machine, and what has been logged?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from controller.ledger.actions import leaf_of
from controller.ledger.models import Audit, Log, LogEntry, LogKey, Report
from controller.tenants.scope import Place


def reports(place: Place, machine_id: UUID) -> QuerySet[Report]:
    """The chain of a machine as it came, the newest first. Ask fleet first whether it is here."""
    return (
        Report.objects.at(place)
        .filter(machine_id=machine_id)
        .defer("raw")
        .order_by("-epoch", "-seq", "-received_at")
    )


def logs(place: Place) -> QuerySet[Log]:
    """The open logs of the clinics of a place, and of its org."""
    return Log.objects.at(place).filter(state="open").select_related("clinic")


def both_sign_until(place: Place, now: datetime) -> datetime | None:
    """Until when a key that a log had before still signs beside the newest; None if none does."""
    young = LogKey.objects.at(place).filter(log__state="open", both_until__gt=now)
    until: datetime | None = young.aggregate(last=Max("both_until"))["last"]
    return until


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which acts: by part of who, the whole word of what, part of on what, and when."""

    actor: str = ""
    action: str = ""
    object: str = ""
    since: datetime | None = None
    until: datetime | None = None


def acts(place: Place, asked: Asked | None = None) -> QuerySet[Audit]:
    """Who did what in a place, the newest first."""
    wanted = asked or Asked()
    conditions = {
        "actor__icontains": wanted.actor,
        "action": wanted.action,
        "object__icontains": wanted.object,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    rows = Audit.objects.at(place).filter(
        **{key: value for key, value in conditions.items() if value}
    )
    return rows.select_related("clinic").order_by("-n")


def actions(place: Place) -> list[str]:
    """Every kind of act that there was in a place."""
    return list(
        Audit.objects.at(place).order_by("action").values_list("action", flat=True).distinct()
    )


def logged(place: Place, acts: Sequence[Audit]) -> set[int]:
    """Of which of these acts the log says the same, by n."""
    entries = LogEntry.objects.at(place).filter(
        kind="admin", idx__in={act.leaf for act in acts}, log_id__in={act.log_id for act in acts}
    )
    lines = {(entry.log_id, entry.idx): bytes(entry.line) for entry in entries}
    return {
        act.n
        for act in acts
        if act.log_id and lines.get((act.log_id, act.leaf)) == leaf_of(act).to_line()
    }


def counts(place: Place) -> tuple[int, int]:
    """How many acts stand in the table, and of how many the log knows."""
    held = LogEntry.objects.at(place).filter(kind="admin").count()
    return Audit.objects.at(place).count(), held
