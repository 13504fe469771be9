"""Which machines stand in the lists of an RMM or a directory?

As-of, rebuild and retention: rows come from imports by people, each import and change is a row of
`audit`; they are backed up, not derived. What a newer list leaves out keeps its row and its date.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.inventory.states import CHOICES, ListedState
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class Listed(models.Model):
    """A machine as somebody's list names it. `host` is its name in small letters, no domain."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    host = models.CharField(max_length=64)
    kind = models.CharField(max_length=64, blank=True)
    system = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=100)
    listed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CHOICES, default=ListedState.LISTED)
    reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "inventory_item"
        constraints = (
            models.UniqueConstraint(fields=["org", "clinic", "host"], name="inventory_host"),
        )

    def __str__(self) -> str:
        return self.host
