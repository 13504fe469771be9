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


class Org(models.Model):
    """Who operates: an MSP, or a practice that runs its own server.

    `self_approval`: where one person alone may approve waivers, he may approve his own.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    self_approval = models.BooleanField(default=False)

    objects: ClassVar[Scoped[Self]] = Scoped(org="id", clinic=None)

    class Meta:
        db_table = "org"

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
    """A building of a clinic; `slug` is the word by which reports name it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=64, db_index=False)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "site"
        constraints = (
            models.UniqueConstraint(fields=["org", "clinic", "slug"], name="site_org_clinic_slug"),
        )

    def __str__(self) -> str:
        return self.name
