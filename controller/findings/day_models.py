"""How did each clinic, and each rule in it, stand at the end of a day? And who looked when?

Written when a day is over, as it was known then (controller.findings.days), so it does not change
any more. Rebuild: written anew from the spans. Retention: a clinic's days as long as the clinic;
those of its rules for the ninety days that a page shows.
"""

from typing import ClassVar, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models

from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped

WHOLE = UUID(int=0)
"""Stands for all clinics of an org together."""


class ClinicDay(models.Model):
    """How a clinic stood at the end of its day, as it was known then; stale is told apart."""

    pk = models.CompositePrimaryKey("org_id", "clinic_id", "day")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    day = models.DateField()
    proven = models.IntegerField()
    failing = models.IntegerField()
    error = models.IntegerField()
    unknown = models.IntegerField()
    stale = models.IntegerField()
    not_applicable = models.IntegerField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "clinic_day"

    def __str__(self) -> str:
        return str(self.day)


class RuleDay(models.Model):
    """The same rule by rule, and of all clinics of an org together, whose `clinic_id` is WHOLE.

    `rules` is `{"r<rule_no>": [failing, error, unknown, stale, proven]}`, on how many machines.
    """

    pk = models.CompositePrimaryKey("org_id", "clinic_id", "day")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    day = models.DateField()
    rules = models.JSONField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "rule_day"

    def __str__(self) -> str:
        return str(self.day)


class Look(models.Model):
    """When a person last looked at the fleet of an org: `since` is the visit before this one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.CASCADE, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    since = models.DateTimeField()
    last_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "look"
        constraints = (models.UniqueConstraint(fields=["org", "user"], name="look_org_user"),)

    def __str__(self) -> str:
        return str(self.last_at)
