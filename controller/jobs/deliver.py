"""Who sends what waits in the outbox? Every second, in a thread that may wait for others."""

from datetime import datetime, timedelta

from controller.alerts.deliver import Post, send_due
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane


def deliver(home: ControllerHome, now: datetime) -> int:
    """Send what is due; how many were accepted."""
    return send_due(Post.open(home), now)


JOB = Job("deliver", timedelta(seconds=1), Lane.OUTSIDE, deliver)
