"""Who says that the controller is there? First of all jobs: others judge silence by it."""

from datetime import datetime

from controller.fleet import absence
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.ledger.watch import PULSE


def beat(_home: ControllerHome, now: datetime) -> int:
    """Move the end of this stretch; how many machines were given more time."""
    return absence.pulse(now)


JOB = Job("pulse", PULSE, Lane.INSIDE, beat)
