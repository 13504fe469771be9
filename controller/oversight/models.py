"""What were those who answer for a clinic shown, what did they say of it, and when?

As-of: rows are only ever added, so what was known at a moment is what was written up to it.
Rebuild: nothing here can be derived again; scorecards are frozen as they were made. Retention: six
years from the last effect (45 CFR 164.316(b)(2)(i)), as all evidence.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class Kind(models.TextChoices):
    """What a record is."""

    ROLE = "role"
    REVIEW = "review"
    SCORECARD = "scorecard"
    ACKNOWLEDGEMENT = "acknowledgement"


class Record(models.Model):
    """One thing that was shown or said, and never changed since.

    `about` is the month of a scorecard (`2026-10`) or of one that was acknowledged, or the bundle
    that was reviewed; empty for a role. `data` is what lists need of it. `document` is the
    whole, one line of JSON, and `sha256` its hash, which stands in the clinic's log. `made_by` is
    an e-mail, or `controller` for what nobody but the controller made.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    about = models.CharField(max_length=36, blank=True)
    data = models.JSONField(default=dict)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "oversight"
        indexes = (models.Index(fields=["org", "clinic", "made_at"], name="oversight_in_order"),)
        constraints = (
            models.UniqueConstraint(
                fields=["org", "clinic", "kind", "about"],
                condition=models.Q(kind__in=("scorecard", "acknowledgement")),
                name="oversight_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
