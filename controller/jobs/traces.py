"""Who follows accounts and patches through the reports? Every minute, away from intake."""

from datetime import datetime, timedelta

from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.tenants import queries as tenants
from controller.tenants.scope import Place
from controller.traces.keep import follow


def follow_all(_home: ControllerHome, _now: datetime) -> int:
    """Fold what came since, of every org; how many reports."""
    return sum(follow(Place(org.id)) for org in tenants.orgs())


JOB = Job("traces", timedelta(minutes=1), Lane.LONG, follow_all)
