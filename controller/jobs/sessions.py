"""Who clears sessions that ran out? Hourly: whoever stands before the door leaves one, too.

An answer of a sign-in service must come back to the browser that asked, so each visitor who sets
out for one has a row, whether he comes back or not.
"""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane


def clear(_home: ControllerHome, now: datetime) -> int:
    """Delete them; how many there were."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]


JOB = Job("sessions", timedelta(hours=1), Lane.INSIDE, clear)
