"""Who looks whether something is to be told?

Every second what was stirred is looked into, clinic by clinic, each in a short transaction of its
own: a critical failure is in the outbox a moment after the report that told of it. At the start
every clinic and org is put on the list, so that nobody is forgotten.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from controller.alerts.look import Whose, look
from controller.backlog import rows as backlog
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.ledger.sql import moment
from controller.tenants import queries as tenants
from controller.tenants.models import Org
from controller.tenants.scope import Place


def look_where_due(home: ControllerHome, now: datetime) -> int:
    """Look into everything that is due; into how many."""
    with connection.cursor() as cursor:
        due = backlog.due(cursor, backlog.LOOK, moment(now))
    for org, subject in due:
        whose = _whose(UUID(org), subject)
        if whose is not None:
            look(home, whose, now)
    return len(due)


def _whose(org_id: UUID, subject: str) -> Whose | None:
    org: Org | None = tenants.orgs().filter(pk=org_id).first()
    if org is None:
        return None
    if subject == backlog.NOBODY:
        return Whose(org, None)
    clinic = tenants.clinics(Place(org_id)).filter(pk=UUID(subject)).first()
    return Whose(org, clinic) if clinic else None


def list_everybody(_home: ControllerHome, now: datetime) -> None:
    """Have every clinic and every org looked into."""
    matters = [
        (org.id.hex, subject)
        for org in tenants.orgs()
        for subject in (
            backlog.NOBODY,
            *(one.id.hex for one in tenants.clinics(Place(org.id))),
        )
    ]
    with connection.cursor() as cursor:
        backlog.stir(cursor, backlog.LOOK, matters, moment(now))


LIST = Job("list", timedelta(hours=1), Lane.INSIDE, list_everybody)
LOOK = Job("look", timedelta(seconds=1), Lane.INSIDE, look_where_due)
