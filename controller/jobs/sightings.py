"""Who looks every hour for software and machines that statements must answer?

The running `serve`: at everything once when it starts, then at what became known since.
"""

from datetime import datetime, timedelta

from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.paperwork.sightings import look
from controller.tenants import queries as tenants
from controller.tenants.scope import Place


class Lookout:
    """Remembers until when it has looked; one that forgets looks at everything again."""

    def __init__(self) -> None:
        self._since: datetime | None = None

    def __call__(self, _home: ControllerHome, now: datetime) -> int:
        """Look in every clinic; how much was seen for the first time."""
        places = [
            Place(org.id).clinic(clinic.id)
            for org in tenants.orgs()
            for clinic in tenants.clinics(Place(org.id))
        ]
        seen = sum(look(place, now, self._since) for place in places)
        self._since = now - _OVERLAP
        return seen


_OVERLAP = timedelta(minutes=5)
JOB = Job("sightings", timedelta(hours=1), Lane.INSIDE, Lookout())
