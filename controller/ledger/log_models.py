"""What is in a log: its row, its lines, the hashes over them, what was signed, and by which keys?

Written by plain SQL alone (controller.ledger.append, controller.ledger.log_keys).
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class Log(models.Model):
    """A Merkle log: one a clinic, and one an org (no clinic). A restore opens a new generation."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    uuid = models.UUIDField()
    generation = models.IntegerField(default=1)
    origin = models.CharField(max_length=160, unique=True)
    size = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, default="open")

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "log"
        indexes = (models.Index(fields=["org", "clinic", "generation"], name="log_clinic"),)
        constraints = (
            models.UniqueConstraint(fields=["org", "uuid", "generation"], name="log_generation"),
        )

    def __str__(self) -> str:
        return self.origin


class LogEntry(models.Model):
    """A leaf: the line whose stored bytes are hashed, and what to find it by."""

    pk = models.CompositePrimaryKey("org_id", "log_id", "idx")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    idx = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    machine_id = models.UUIDField(null=True)
    epoch = models.IntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    env = models.CharField(max_length=64, null=True)
    line = models.BinaryField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="log__clinic_id")

    class Meta:
        db_table = "log_entry"
        indexes = (
            models.Index(fields=["org", "machine_id", "epoch", "seq"], name="log_entry_chain"),
        )

    def __str__(self) -> str:
        return f"{self.idx} {self.kind}"


class LogNode(models.Model):
    """The hash over a perfect subtree of level 3, 6, 9, …; `k` = level << 48 | index."""

    pk = models.CompositePrimaryKey("org_id", "log_id", "k")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    k = models.BigIntegerField()
    hash = models.BinaryField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="log__clinic_id")

    class Meta:
        db_table = "log_node"

    def __str__(self) -> str:
        return f"{self.k >> 48}/{self.k & ((1 << 48) - 1)}"


class Checkpoint(models.Model):
    """A signed size and root of a log. `keep`: for ever, else seven days."""

    pk = models.CompositePrimaryKey("org_id", "log_id", "size")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    size = models.BigIntegerField()
    note = models.TextField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    keep = models.BooleanField(default=False)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="log__clinic_id")

    class Meta:
        db_table = "checkpoint"

    def __str__(self) -> str:
        return f"{self.size} {self.root}"


class LogKey(models.Model):
    """A later key of a log: from the line `leaf` on it speaks; the first key has no row.

    The key before signs beside it until `both_until`, which is `at` after a theft.
    """

    pk = models.CompositePrimaryKey("org_id", "log_id", "number")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False)
    number = models.IntegerField()
    leaf = models.BigIntegerField()
    at = models.DateTimeField()
    both_until = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="log__clinic_id")

    class Meta:
        db_table = "log_key"

    def __str__(self) -> str:
        return f"key {self.number}"
