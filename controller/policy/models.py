"""What does a rule's number mean, and which packs have been seen?

As-of: a `rule_no` keeps its meaning for ever and is never reused; packs are kept by their digest,
so a verdict of any day can be explained by the pack that gave it. Rebuild: numbers are given by
intake when a rule is first heard of, as first runs are, and are not derived again; publications
and waivers are acts of people. Retention: for ever.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.fleet.models import Machine
from controller.tenants.models import Clinic, Org, Site
from controller.tenants.scope import Scoped


class Rule(models.Model):
    """A rule of a pack by its number; `severity` is that of the newest pack known."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    rule_no = models.IntegerField()
    pack = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    severity = models.CharField(max_length=16, blank=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "rule"
        constraints = (
            models.UniqueConstraint(fields=["org", "rule_no"], name="rule_org_no"),
            models.UniqueConstraint(fields=["org", "pack", "name"], name="rule_org_pack_name"),
        )

    def __str__(self) -> str:
        return self.name


class Pack(models.Model):
    """A compiled pack, by the hash of its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    data = models.BinaryField()
    known_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "pack"
        constraints = (models.UniqueConstraint(fields=["org", "digest"], name="pack_org_digest"),)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Publication(models.Model):
    """Rules as an author signed them: the version and the hash of the targets metadata.

    The metadata themselves lie in the repository (controller.policy.repository), for ever.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    targets = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    root = models.IntegerField()
    published_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "publication"
        constraints = (
            models.UniqueConstraint(fields=["org", "targets"], name="publication_org_targets"),
        )

    def __str__(self) -> str:
        return f"targets {self.targets}"


class PolicyRun(models.Model):
    """When a machine of a clinic first said that it runs these targets: a leaf in its log."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    targets = models.IntegerField()
    first_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "policy_run"
        constraints = (
            models.UniqueConstraint(fields=["org", "clinic", "targets"], name="policy_run_once"),
        )

    def __str__(self) -> str:
        return f"targets {self.targets} since {self.first_at:%Y-%m-%d}"


class WaiverState(models.TextChoices):
    """What people have done with a waiver; whether it holds now is asked of the clock."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    REVOKED = "revoked"


class WaiverTemplate(models.Model):
    """One request that was raised in many clinics at once; each decides on a waiver of its own.

    Days are of each clinic's zone. An empty `risk_owner` was each clinic's own owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    rule = models.CharField(max_length=64)
    role = models.CharField(max_length=32, blank=True, default="")
    reason = models.TextField()
    compensating = models.TextField()
    risk_owner = models.CharField(max_length=80, blank=True, default="")
    first_day = models.DateField()
    last_day = models.DateField()
    requested_by = models.CharField(max_length=150)
    requester_id = models.UUIDField()
    requested_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "waiver_template"
        indexes = (models.Index(fields=["org", "-requested_at"], name="waiver_template_newest"),)

    def __str__(self) -> str:
        return self.rule


class Waiver(models.Model):
    """A failure that a clinic accepts for a time: why, what protects instead, who carries the risk.

    It reaches the machines of its clinic that are all that `machine`, `site` and `role` name. It
    holds from `since_at` on and before `until_at`, instants that days of the clinic's zone mean.
    `items` are leaves over the item as they were written, `leaves` the same as typed trees.

    What each person did stands byte for byte in `document` and in the clinic's log; here is how
    it stands now. A change is another waiver: `renews` names the one before. `template` is the
    request that raised it in many clinics, if one did.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    label = models.CharField(max_length=64)
    pack = models.CharField(max_length=64)
    rule = models.CharField(max_length=64)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, null=True, db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, db_index=False)
    role = models.CharField(max_length=32, blank=True, default="")
    items = models.JSONField(default=list, blank=True)
    leaves = models.JSONField(default=list, blank=True)
    reason = models.TextField()
    compensating = models.TextField()
    risk_owner = models.CharField(max_length=80)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=WaiverState.choices)
    requested_by = models.CharField(max_length=150)
    requester_id = models.UUIDField(null=True)
    requested_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.TextField(blank=True, default="")
    self_approved = models.BooleanField(default=False)
    revoked_by = models.CharField(max_length=150, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.TextField(blank=True, default="")
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False)
    template = models.ForeignKey(
        WaiverTemplate, null=True, on_delete=models.PROTECT, db_index=False
    )

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "waiver"
        constraints = (
            models.UniqueConstraint(fields=["org", "clinic", "label"], name="waiver_label"),
        )
        indexes = (
            models.Index(fields=["org", "clinic", "until_at"], name="waiver_end"),
            models.Index(
                fields=["org", "template"],
                name="waiver_of_template",
                condition=models.Q(template__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.label
