"""From when to when did a machine show an account that was enabled, or a patch that it lacked?

As-of: both times are of receipt, so that no machine's clock decides. Rebuild: folded from reports
of kind `facts` in the order of their chain (controller.traces.keep), but their payloads go after 90
days, so older traces are only backed up. Retention: as the history of verdicts.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.fleet.models import Machine
from controller.tenants.models import Org
from controller.tenants.scope import Scoped


class Trace(models.Model):
    """Something that a machine showed in every report from `first_at` to `last_at`.

    `kind` is account or patch. `key` is what it goes by: the keyed hash of an account, the id of a
    patch; `label` what the machine calls it. `more` holds severity, released and waiting_since of a
    patch, kind and admin of an account. `gone_at`: the first report that told the whole list and
    had it no more, null while there is none.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=200)
    more = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "trace"
        indexes = (models.Index(fields=["org", "machine", "kind", "key"], name="trace_machine"),)
        constraints = (
            models.UniqueConstraint(
                fields=["org", "machine", "kind", "key"],
                condition=models.Q(gone_at__isnull=True),
                name="trace_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"


class Followed(models.Model):
    """Up to which report the chain of a machine was folded; `at` is when that was received."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, db_index=False)
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "followed"
        constraints = (models.UniqueConstraint(fields=["org", "machine"], name="followed_machine"),)

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"
