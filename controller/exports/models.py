"""Which evidence was asked for, by whom, and what became of it?

As-of, rebuild and retention: not derived, and backed up without the files; the file of a row is
kept for seven days beside the database, the row as long as the clinic's evidence, because it says
who took what along. Asking, making and taking along are rows of `audit`.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class ExportState(models.TextChoices):
    """What became of it; `gone` is a file that was made and is kept no longer."""

    WAITING = "waiting"
    MAKING = "making"
    MADE = "made"
    REFUSED = "refused"
    GONE = "gone"


class Export(models.Model):
    """A bundle that somebody asked for: of [since, until), for whom, and how far it is.

    `user` is the account of who asked; rights are asked for again when it is made. `done` of
    `total` steps are done; `size` is in bytes; `why` says why it was refused.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    profile = models.CharField(max_length=8)
    since = models.DateTimeField()
    until = models.DateTimeField()
    user = models.UUIDField()
    asked_by = models.CharField(max_length=254)
    address = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    tries = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    machines = models.IntegerField(default=0)
    reports = models.IntegerField(default=0)
    why = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "export"
        indexes = (models.Index(fields=["org", "clinic", "-asked_at"], name="export_newest"),)

    def __str__(self) -> str:
        return f"{self.profile} {self.state}"

    @property
    def last_at(self) -> datetime:
        """A moment of the last day that it holds, of whichever zone."""
        return self.until - timedelta(milliseconds=1)
