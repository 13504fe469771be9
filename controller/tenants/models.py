"""Who operates, for whom, and where.

An org runs the server; a clinic is the covered entity and the tenant of its own log; a site is
one of its buildings. As-of, rebuild and retention: these rows are edited by people, each change
is a row of `audit`; they are backed up, not derived, and kept as long as their clinic's evidence.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.tenants.scope import Scoped


def weekday_hours() -> dict[str, list[list[str]]]:
    """Local opening hours by weekday: Monday to Friday, 08:00 to 17:00."""
    return {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


IDLE_MINUTES = 15
SHORTEST_IDLE, LONGEST_IDLE = 5, 30


class Org(models.Model):
    """Who operates: an MSP, or a practice that runs its own server.

    `self_approval`: where one person alone may approve waivers, he may approve his own.
    `idle_minutes`: how long its people stay signed in without an act. `glass_until`: until when
    somebody has an administrator's rights by break-glass, null if nobody ever had.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    self_approval = models.BooleanField(default=False)
    idle_minutes = models.SmallIntegerField(default=IDLE_MINUTES)
    glass_until = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(org="id", clinic=None)

    class Meta:
        db_table = "org"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=(SHORTEST_IDLE, LONGEST_IDLE)),
                name="org_idle_minutes",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Clinic(models.Model):
    """A covered entity. `hours` are local times by weekday, `closures` ISO dates.

    `delegates_risk`: administrators of the org may accept a risk in its name.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=64, db_index=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(default=weekday_hours)
    closures = models.JSONField(default=list, blank=True)
    delegates_risk = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="id")

    class Meta:
        db_table = "clinic"
        constraints = (models.UniqueConstraint(fields=["org", "slug"], name="clinic_org_slug"),)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A building of a clinic; `slug` is the word by which reports and tailoring name it.

    `ended_at` is when it was given up, `record` what became of what stood there.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=64, db_index=False)
    ended_at = models.DateTimeField(null=True)
    record = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "site"
        constraints = (
            models.UniqueConstraint(fields=["org", "clinic", "slug"], name="site_org_clinic_slug"),
        )

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """Machines of a clinic that are set alike, such as its operatories; `slug` names it in rules.

    A machine is in one group at most, so that no two of them can set one value of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=64, db_index=False)
    ended_at = models.DateTimeField(null=True)
    record = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "machine_group"
        constraints = (
            models.UniqueConstraint(
                fields=["org", "clinic", "slug"], name="machine_group_org_clinic_slug"
            ),
        )

    def __str__(self) -> str:
        return self.name
