"""Every message that was to be sent, and whether it arrived."""

from collections.abc import Iterator

from controller.alerts.models import Delivery
from controller.exports.tables.base import CHUNK, Asked, Table


def _rows(asked: Asked) -> Iterator[Delivery]:
    whole = Delivery.objects.at(asked.place).select_related("clinic", "channel", "alert")
    yield from whole.defer("body").order_by("-made_at", "id").iterator(chunk_size=CHUNK)


TABLE = Table(
    id="deliveries",
    title="Deliveries",
    about="What was told by which channel, how often it was tried, and when it was accepted.",
    rows=_rows,
    columns=(
        ("clinic", lambda one: one.clinic and one.clinic.name),
        ("channel", lambda one: one.channel.name),
        ("by", lambda one: one.channel.kind),
        ("event", lambda one: one.event),
        ("alert", lambda one: one.alert and f"{one.alert.kind} {one.alert.name}"),
        ("state", lambda one: one.state),
        ("made", lambda one: one.made_at),
        ("due", lambda one: one.due_at),
        ("sent", lambda one: one.sent_at),
        ("attempts", lambda one: one.attempts),
        ("id", lambda one: str(one.id)),
    ),
)
