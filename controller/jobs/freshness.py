"""Who says every hour that the rules of each org are still the newest?

The running `serve`. A machine that hears nothing new for three days calls its rules stale; so the
timestamp is signed again when the controller starts and then hourly, and the snapshot with it
every fortnight.

- Nothing here ends the process: an org whose repository cannot be signed is logged, and `packs
  status` says what to do. Machines keep judging by what they have in any case.
"""

import logging
from datetime import UTC, datetime
from uuid import UUID

from controller.errors import ControllerError
from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane
from controller.policy.actions import refresh
from evidence.distribution import SIGN_AGAIN

_log = logging.getLogger("dentinel.packs")


def sign_all(home: ControllerHome, now: datetime | None = None) -> int:
    """Sign anew for every org that has a repository; of how many."""
    signed = 0
    for org in _orgs(home):
        try:
            signed += refresh(home, org, now or datetime.now(tz=UTC))
        except (ControllerError, OSError) as error:
            _log.error("what is newest was not signed anew org=%s why=%s", org, error)
    return signed


def _orgs(home: ControllerHome) -> list[UUID]:
    folder = home.root / "tuf"
    return [UUID(one.name) for one in sorted(folder.glob("*-*-*-*-*"))] if folder.is_dir() else []


JOB = Job("freshness", SIGN_AGAIN, Lane.INSIDE, sign_all)
