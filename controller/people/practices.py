"""Which clinics does an org look after, and when are they open? Each answer is an act in the log.

Hours decide when a silent machine is overdue; what changes here holds from each machine's next
contact on.
"""

from dataclasses import dataclass

from django.utils.text import slugify

from controller.errors import Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting, open_clinic
from controller.tenants.hours import Hours
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Clock:
    """A clinic's time zone, its opening hours by weekday, and the days on which it is closed."""

    zone: str
    hours: Hours
    closures: list[str]

    @property
    def told(self) -> dict[str, object]:
        """As it stands in the books."""
        return {"zone": self.zone, "hours": self.hours, "closures": self.closures}


def add(home: ControllerHome, org: Org, name: str, clock: Clock, by: By) -> Clinic:
    """A new clinic of an org, with its own log; Refusal if one has that name already."""
    name = " ".join(name.split())
    slug = slugify(name)[:64]
    if not slug or len(name) > LONGEST_NAME:
        raise Refusal("the clinic needs a name", help='as on its door: "Bright Smiles"')
    if Clinic.objects.at(Place(org.id)).filter(slug=slug).exists():
        raise Refusal(f"there is a clinic {slug!r} already", help="add where it stands to its name")
    clinic = Clinic(
        org=org,
        name=name,
        slug=slug,
        time_zone=clock.zone,
        hours=clock.hours,
        closures=clock.closures,
        made_at=by.at,
    )
    return open_clinic(home, clinic, by)


def set_clock(home: ControllerHome, clinic: Clinic, clock: Clock, by: By) -> None:
    """Set when a clinic is open, and by which clock. Setting what is set already is no act."""
    before, after = clock_of(clinic).told, clock.told
    if before == after:
        return
    with acting(home, by) as books:
        whole = Clinic.objects.at(Place(clinic.org_id)).filter(pk=clinic.pk)
        whole.update(time_zone=clock.zone, hours=clock.hours, closures=clock.closures)
        act = Act("clinic.hours", str(clinic.id), before, after)
        books.record(clinic.org_id, clinic.id, act)


def clock_of(clinic: Clinic) -> Clock:
    """As it is set now."""
    return Clock(clinic.time_zone, clinic.hours, clinic.closures)
