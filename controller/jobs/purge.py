"""Who lets go of payloads that are past their time? A second's work a minute, a round a day.

Past it by the machines' clocks too (controller.findings.vouched): a server's alone erases nothing.

Each transaction is short: whoever reports meanwhile waits a few milliseconds.
"""

import time
from datetime import datetime, timedelta
from uuid import UUID

from controller.findings.expired import Steps
from controller.findings.purge import Round
from controller.findings.vouched import until
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.tenants.queries import orgs

_SECONDS = 1.0
_DAILY = timedelta(days=1)


class Broom:
    """Goes on where it stopped; begins anew a day after it began."""

    def __init__(self) -> None:
        self._rounds: dict[UUID, tuple[datetime, Round]] = {}

    def __call__(self, home: ControllerHome, now: datetime) -> int:
        """Work for a second at most on each org; how many payloads went."""
        return sum(self._org(home, org.id, now) for org in orgs())

    def _org(self, home: ControllerHome, org: UUID, now: datetime) -> int:
        begun, round_ = self._rounds.get(org, (now, None))
        if round_ is None or (round_.is_through and now - begun >= _DAILY) or begun > now:
            begun, round_ = now, Round(home, org, Steps())
            self._rounds[org] = begun, round_
        vouched = None if round_.is_through else until(home, org, now)
        if vouched is None:
            return 0
        end = time.monotonic() + _SECONDS
        return round_.step(now, lambda: time.monotonic() < end, vouched)


JOB = Job("purge", timedelta(minutes=1), Lane.LONG, Broom())
