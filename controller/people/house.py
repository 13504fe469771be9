"""What does an org set for its own people? Each setting is an act in the org's log."""

from django.db import transaction

from controller.errors import Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.tenants.models import LONGEST_IDLE, SHORTEST_IDLE, Org
from controller.tenants.scope import Place


@transaction.atomic
def set_idle(home: ControllerHome, org: Org, minutes: int, by: By) -> None:
    """Set after how many minutes without an act its people are signed out; Refusal beyond 5 to 30.

    The rule in force asks for "a predetermined time of inactivity" (45 CFR 164.312(a)(2)(iii)) and
    names none: the number is the practice's own. Setting what is set already is no act.
    """
    if not SHORTEST_IDLE <= minutes <= LONGEST_IDLE:
        raise Refusal(
            f"{minutes} minutes is outside of {SHORTEST_IDLE} to {LONGEST_IDLE}",
            help="15 is what a controller starts with",
        )
    whole = Org.objects.at(Place(org.id))
    before = whole.values_list("idle_minutes", flat=True).get()
    if before == minutes:
        return
    with acting(home, by) as books:
        whole.update(idle_minutes=minutes)
        books.record(org.id, None, Act("setting.idle", "sessions", before, minutes))
