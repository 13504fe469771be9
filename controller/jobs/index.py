"""Which jobs are there? To add one, add its line."""

from controller.jobs import alerts, days, deliver, freshness, sightings
from controller.jobs.base import Job

JOBS: tuple[Job, ...] = (
    freshness.JOB,
    days.JOB,
    sightings.JOB,
    alerts.LIST,
    alerts.LOOK,
    deliver.JOB,
)
