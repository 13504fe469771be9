"""Does the database know how its tables are filled? Its planner chooses an index by that.

Each index is sampled, so that a look takes milliseconds at any size; a connection that is opened
afterwards plans by it, and every page opens its own.
"""

from datetime import datetime, timedelta

from django.db import connection

from controller.identity.home import ControllerHome
from controller.jobs.base import Job, Lane

_ROWS_OF_AN_INDEX = 1000


def analyze(_home: ControllerHome, _now: datetime) -> int:
    """Write the statistics of every table anew; for how many indexes there are some."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit = {_ROWS_OF_AN_INDEX}")
        cursor.execute("ANALYZE")
        if connection.vendor != "sqlite":
            return 0
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1")
        (n,) = cursor.fetchone()
    return int(n)


JOB = Job("planner", timedelta(hours=6), Lane.INSIDE, analyze)
