"""What was received, in which order, who did what, and how long is it kept?

As-of: order is the leaf number, time is receipt. Rebuild: nothing here is derived; everything
else that agents say is derived from `report`, or stands in `horizon` as it was derived before its
reports were erased. Retention: six years for envelopes, 90 days for payloads of `facts`
(controller.ledger.keeping); a pruned report keeps its row, hash and leaf, and lines and nodes stay.

The hot tables are written by plain SQL alone (controller.intake.statements,
controller.ledger.append). What lies above this floor is named by its plain id.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.ledger.log_models import Checkpoint, Log, LogEntry, LogKey, LogNode
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped

__all__ = [
    "Audit",
    "Checkpoint",
    "Document",
    "Horizon",
    "Keeping",
    "Log",
    "LogEntry",
    "LogKey",
    "LogNode",
    "Quarantine",
    "Report",
    "Watch",
]


class Report(models.Model):
    """One report as it came. `raw` is the compressed frame, byte-exact, or null when not kept.

    `standing` is stored, rejected (then `why` says what for and there are no bytes) or fork (the
    second envelope for a place that was taken). `sha` is the hash of the PAE.

    What is left of a payload that was erased: `claimed_at`, when the machine says that it saw what
    it reports (its time less its offset; receipt if its clock was unset), and `host`, the id of the
    host that it speaks of, null for the machine itself.
    """

    pk = models.CompositePrimaryKey("org_id", "received_at", "machine_id", "epoch", "seq", "sha")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    received_at = models.DateTimeField()
    machine_id = models.UUIDField()
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    sha = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    standing = models.CharField(max_length=8)
    why = models.CharField(max_length=16, null=True)
    raw = models.BinaryField(null=True)
    dict_id = models.IntegerField(null=True)
    leaf = models.BigIntegerField()
    claimed_at = models.DateTimeField(null=True)
    host = models.UUIDField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "report"
        indexes = (
            models.Index(fields=["org", "machine_id", "epoch", "seq"], name="report_chain"),
            models.Index(
                fields=["org", "machine_id", "received_at"],
                name="report_facts",
                condition=models.Q(kind="facts", raw__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq}"


class Audit(models.Model):
    """An act of a person, written in the transaction of the act; `leaf` is its place in the log.

    `clinic` is null for what concerns the org: its leaf is then in the org's log. `log` is the
    generation in which `leaf` counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    n = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64)
    object = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, null=True, db_index=False)
    leaf = models.BigIntegerField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "audit"
        constraints = (models.UniqueConstraint(fields=["org", "n"], name="audit_org_n"),)
        indexes = (
            models.Index(fields=["org", "clinic", "-n"], name="audit_clinic"),
            models.Index(fields=["org", "actor", "-n"], name="audit_actor"),
            models.Index(fields=["org", "action", "-n"], name="audit_action"),
        )

    def __str__(self) -> str:
        return f"{self.n} {self.action}"


class Document(models.Model):
    """What a person signed off, byte for byte as its hash stands in the log: waiver, attestation.

    `document_id` is the id of what it is about, `act` what was done to that. Never altered: a
    change is another document.
    """

    pk = models.CompositePrimaryKey("org_id", "log_id", "leaf")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False)
    leaf = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    document_id = models.UUIDField()
    act = models.CharField(max_length=64)
    data = models.BinaryField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "document"
        indexes = (
            models.Index(fields=["org", "clinic", "kind", "document_id"], name="document_about"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.document_id} {self.act}"


class Quarantine(models.Model):
    """A sync on which we failed ourselves: kept whole, never acknowledged, for an operator."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    machine_id = models.UUIDField()
    at = models.DateTimeField()
    error = models.CharField(max_length=200)
    body = models.BinaryField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "quarantine"
        indexes = (models.Index(fields=["org", "machine_id", "at"], name="quarantine_machine"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.error}"


class Watch(models.Model):
    """From when to when this controller listened; written by controller.ledger.watch."""

    pk = models.CompositePrimaryKey("org_id", "from_at")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "watch"

    def __str__(self) -> str:
        return f"{self.from_at} to {self.to_at}"


class Keeping(models.Model):
    """How long a clinic's payloads are kept, in days, where a person decided; and its legal hold.

    Without a row the terms are those of the design. While `held_at` is set nothing is erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    reports_days = models.IntegerField()
    facts_days = models.IntegerField()
    held_at = models.DateTimeField(null=True)
    held_by = models.CharField(max_length=150, blank=True, default="")
    held_for = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "keeping"
        constraints = (models.UniqueConstraint(fields=["org", "clinic"], name="keeping_clinic"),)

    def __str__(self) -> str:
        return f"{self.reports_days} days"


class Horizon(models.Model):
    """What had been derived of a machine from reports that are erased: those received before `at`.

    `sha` of the document (controller.findings.horizon) stands in the line at `leaf` of `log`.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine_id = models.UUIDField()
    at = models.DateTimeField()
    document = models.BinaryField()
    sha = models.CharField(max_length=64)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    leaf = models.BigIntegerField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="log__clinic_id")

    class Meta:
        db_table = "horizon"

    def __str__(self) -> str:
        return f"{self.machine_id} before {self.at}"
