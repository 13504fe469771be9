"""What is to be done, for whom, and when?

One row a matter, not a row a wish: whoever changes something moves the row's time forward, in the
transaction of the change, and the job that takes it moves it on. Not derived, not backed up for its
own sake: a row that is missing is written again at the next start.
"""

from typing import ClassVar, Self

from django.db import models

from controller.tenants.models import Org
from controller.tenants.scope import Scoped


class Job(models.Model):
    """A matter of one clinic; the nil UUID is the org. Written by controller.backlog.rows."""

    pk = models.CompositePrimaryKey("org_id", "kind", "subject")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    kind = models.CharField(max_length=16)
    subject = models.UUIDField()
    due_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="subject")

    class Meta:
        db_table = "job"
        # The worker asks for all orgs at once: this index alone begins with something else.
        indexes = (models.Index(fields=["kind", "due_at"], name="job_due"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
