"""What stands on a clinic's scorecard, and of which month is one to be made now?

The ten figures of the release as they are when the month ends there, with the table that they are
from; nothing in it is computed again later.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from controller.controls.catalogue import catalogue
from controller.controls.metrics import index as metrics
from controller.identity.home import ControllerHome
from controller.oversight import book, months, scorecards
from controller.oversight.models import Kind, Record
from controller.oversight.months import Month
from controller.tenants.models import Clinic
from controller.tenants.scope import Place


def make(home: ControllerHome, clinic: Clinic, now: datetime) -> Record | None:
    """Make the scorecard of the month that has just ended there; None if none is to be made."""
    month = months.last_ended(now, ZoneInfo(clinic.time_zone))
    if not months.is_timely(month, clinic.made_at, now):
        return None
    made = book.kept(Place(clinic.org_id).clinic(clinic.id)).of(Kind.SCORECARD)
    if month.name in {row.about for row in made}:
        return None
    return scorecards.keep(home, clinic, month.name, _says(clinic, month, now), now)


def _says(clinic: Clinic, month: Month, now: datetime) -> dict[str, Any]:
    table = catalogue()
    return {
        "clinic_name": clinic.name,
        "time_zone": clinic.time_zone,
        "month_begins": month.begins.isoformat(),
        "month_ends": month.ends.isoformat(),
        "figures": [
            {
                "id": one.metric.id,
                "name": one.metric.name,
                "definition": one.metric.definition,
                "words": one.words,
            }
            for one in metrics.of_clinic(clinic, now)
        ],
        "controls": {"as_of": table.as_of, "sha256": table.sha256},
    }
