"""Which jobs are there? To add one, add its line."""

from controller.jobs import (
    alerts,
    days,
    deliver,
    exports,
    freshness,
    planner,
    pulse,
    purge,
    scorecards,
    sessions,
    sightings,
    traces,
)
from controller.jobs.base import Job

JOBS: tuple[Job, ...] = (
    pulse.JOB,
    freshness.JOB,
    days.JOB,
    sightings.JOB,
    alerts.LIST,
    alerts.LOOK,
    deliver.JOB,
    exports.JOB,
    scorecards.JOB,
    traces.JOB,
    purge.JOB,
    planner.JOB,
    sessions.JOB,
)
