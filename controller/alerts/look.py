"""What becomes of one look: alerts as they stand now, and what is to be delivered?

One transaction for a clinic or an org: it is read, decided, written, routed, and put on the list
for its next look. What reports or people change meanwhile waits for this transaction and stirs
the list again, so no change falls between two looks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from controller.alerts import outbox, rows, troubles
from controller.alerts.decide import Decided, decide
from controller.backlog import rows as backlog
from controller.identity.home import ControllerHome
from controller.ledger.bus import BUS, Change, Kind
from controller.ledger.sql import moment
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place

AT_LEAST_EVERY = timedelta(minutes=5)
_SILENT_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Whose:
    """An org, or one clinic of it."""

    org: Org
    clinic: Clinic | None

    @property
    def matter(self) -> tuple[str, str]:
        """How it stands on the list."""
        return self.org.id.hex, self.clinic.id.hex if self.clinic else backlog.NOBODY

    @property
    def place(self) -> Place:
        """The org."""
        return Place(self.org.id)


def look(home: ControllerHome, whose: Whose, now: datetime) -> Decided:
    """Look into a clinic or an org, and write what follows."""
    with transaction.atomic(), connection.cursor() as cursor:
        alerts = rows.known(whose.place, whose.clinic, now)
        found = (
            troubles.of_clinic(troubles.looked(whose.clinic, now, alerts))
            if whose.clinic
            else troubles.of_org(home, whose.org, now)
        )
        decided = decide(alerts, found, now)
        written = rows.write(whose.org, whose.clinic, alerts, decided)
        outbox.put(whose.org, whose.clinic, decided.notices, written, now)
        if whose.clinic is None:
            outbox.unmute(whose.org, now)
        again = _again(decided, now)
        backlog.put_off(cursor, backlog.LOOK, whose.matter, moment(again))
        if decided.alerts != alerts:
            told = Change(whose.org.id, whose.clinic.id if whose.clinic else None, Kind.ALERTS)
            transaction.on_commit(partial(BUS.tell, (told,)))
    return decided


def _again(decided: Decided, now: datetime) -> datetime:
    latest = now + AT_LEAST_EVERY
    for topic, alert in decided.alerts.items():
        if topic in (troubles.SILENT, troubles.UNREACHABLE) and alert.inside:
            latest = now + _SILENT_EVERY
    return min(latest, decided.look_again or latest)
