"""Who writes down each day how every clinic stood?

A day is written once it is over where the clinic is.
"""

from datetime import datetime, timedelta

from controller.findings.days import fill
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.tenants.queries import orgs


def fill_all(_home: ControllerHome, now: datetime) -> int:
    """Write what is due for every org; how many days."""
    return sum(fill(org.id, now) for org in orgs())


JOB = Job("days", timedelta(hours=1), Lane.INSIDE, fill_all)
