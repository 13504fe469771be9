"""Every alert that was ever opened, and whom it concerned."""

from collections.abc import Iterator

from django.db.models import Count, Q

from controller.alerts.models import Alert
from controller.exports.tables.base import CHUNK, Asked, Table


def _rows(asked: Asked) -> Iterator[Alert]:
    inside = Count("alertmachine", Q(alertmachine__left_at__isnull=True))
    whole = Alert.objects.at(asked.place).select_related("clinic")
    counted = whole.annotate(inside=inside, ever=Count("alertmachine"))
    yield from counted.order_by("-opened_at", "id").iterator(chunk_size=CHUNK)


TABLE = Table(
    id="alerts",
    title="Alerts",
    about="What was opened, acknowledged and closed, and how many machines or papers it concerned.",
    rows=_rows,
    columns=(
        ("clinic", lambda one: one.clinic and one.clinic.name),
        ("kind", lambda one: one.kind),
        ("about", lambda one: one.name),
        ("severity", lambda one: one.severity),
        ("opened", lambda one: one.opened_at),
        ("acknowledged", lambda one: one.acknowledged_at),
        ("acknowledged by", lambda one: one.acknowledged_by),
        ("closed", lambda one: one.closed_at),
        ("concerns now", lambda one: one.inside),
        ("concerned ever", lambda one: one.ever),
        ("id", lambda one: str(one.id)),
    ),
)
