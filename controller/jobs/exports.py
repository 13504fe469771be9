"""Who makes the evidence that people asked for on a page? One after the other, in its own thread.

What may take minutes holds up neither alerts nor messages.
"""

from datetime import timedelta

from controller.exports.bundles import work
from controller.jobs.base import Job, Lane

JOB = Job("exports", timedelta(seconds=1), Lane.LONG, work)
