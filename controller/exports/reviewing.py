"""Which evidence was made on the pages, and did somebody say that it was reviewed?"""

from dataclasses import dataclass
from uuid import UUID

from controller.errors import NotThere
from controller.exports.bundles import exports
from controller.exports.models import Export, ExportState
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from controller.oversight import reviews
from controller.oversight.book import Kept
from controller.oversight.models import Kind, Record
from controller.oversight.reviews import Bundle, Said
from controller.tenants.scope import Place

_WAS_MADE = (ExportState.MADE, ExportState.GONE)


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was made, its file there or gone, and the newest review of it."""

    export: Export
    review: Record | None


def made(place: Place, on_record: Kept, most: int) -> list[Made]:
    """The newest bundles of a clinic; one query."""
    said = {row.about: row for row in on_record.of(Kind.REVIEW)}
    rows = exports(place).filter(state__in=_WAS_MADE)[:most]
    return [Made(row, said.get(str(row.id))) for row in rows]


def export(place: Place, key: UUID) -> Export:
    """One bundle that was made; NotThere if there is none of that id in the place."""
    found = exports(place).filter(state__in=_WAS_MADE, pk=key).select_related("clinic").first()
    if found is None:
        raise NotThere("no such evidence was made here")
    return found


def review(home: ControllerHome, place: Place, key: UUID, said: Said, by: By) -> Record:
    """Say that it was reviewed. NotThere elsewhere; NotAllowed and Refusal as in `reviews`."""
    row = export(place, key)
    made_at = row.ended_at or row.asked_at
    bundle = Bundle(row.id, row.sha256, row.since, row.until, made_at)
    return reviews.review(home, row.clinic, bundle, said, by)
