"""A clinic opens at other hours, or by another clock: what changes with that?

The act is that of controller.people.practices; in its transaction its machines are due anew, by
the same rule as ever. By another clock its days end at another moment, so that the line of the last
ninety is drawn anew.
"""

from django.db import transaction

from controller.findings import days
from controller.fleet import absence, queries
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from controller.people import practices
from controller.people.practices import Clock
from controller.tenants.models import Clinic
from controller.tenants.scope import Place


@transaction.atomic
def set_clock(home: ControllerHome, clinic: Clinic, clock: Clock, by: By) -> None:
    """Set when a clinic is open, as `practices.set_clock` does."""
    if practices.clock_of(clinic) == clock:
        return
    place = Place(clinic.org_id).clinic(clinic.id)
    practices.set_clock(home, clinic, clock, by)
    if clinic.time_zone != clock.zone:
        days.forget(place)
    heard = queries.machines(place).filter(seen_at__isnull=False)
    absence.reckon(place, list(heard), by.at)
