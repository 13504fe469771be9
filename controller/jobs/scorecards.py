"""Who makes the scorecard of each clinic when a month has ended there? Away from intake."""

from datetime import datetime, timedelta

from controller.controls.scorecard import make
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.tenants import queries as tenants
from controller.tenants.scope import Place


def make_all(home: ControllerHome, now: datetime) -> int:
    """Make what is due in every clinic; how many were made."""
    clinics = [clinic for org in tenants.orgs() for clinic in tenants.clinics(Place(org.id))]
    return sum(make(home, clinic, now) is not None for clinic in clinics)


JOB = Job("scorecards", timedelta(hours=1), Lane.LONG, make_all)
