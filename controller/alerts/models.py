"""What was told, to whom, by which channel, and did it arrive?

As-of, rebuild and retention: alerts are what was decided at the time and cannot be derived again;
they, their deliveries and attempts are backed up and kept as long as the clinic's evidence. No row
here holds a finding, an account or a path: hosts and rules only.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from controller.fleet.models import Machine
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class Alert(models.Model):
    """Something is wrong, from when to when: one open row for each clinic, kind, name and `about`.

    `clinic` is null for what concerns the org. `told` are the subjects that people were told of,
    null if they were last told that it closed; see controller.alerts.decide.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    about = models.CharField(max_length=32, blank=True, default="")
    severity = models.CharField(max_length=16)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True, default="")
    flaps = models.JSONField(default=list)
    told = models.JSONField(null=True)
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "alert"
        constraints = (
            models.UniqueConstraint(
                fields=["org", "clinic", "kind", "name", "about"],
                name="alert_open",
                condition=Q(closed_at__isnull=True, clinic__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["org", "kind", "name", "about"],
                name="alert_open_org",
                condition=Q(closed_at__isnull=True, clinic__isnull=True),
            ),
        )
        indexes = (models.Index(fields=["org", "clinic", "-opened_at"], name="alert_newest"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class AlertMachine(models.Model):
    """One whom an alert concerns: a machine, or a word of ours where it is none."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, db_index=False)
    subject = models.CharField(max_length=64)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, null=True, db_index=False)
    label = models.CharField(max_length=200)
    joined_at = models.DateTimeField()
    clear_since = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="alert__clinic_id")

    class Meta:
        db_table = "alert_machine"
        constraints = (
            models.UniqueConstraint(
                fields=["org", "alert", "subject"], name="alert_machine_subject"
            ),
        )

    def __str__(self) -> str:
        return self.label


class Channel(models.Model):
    """A way out: an address and how it is spoken to. Its secrets lie locked under the seed's key.

    `settings` hold no secret; `secrets` are AES-256-GCM under `Keys.secrets_lock`, bound to the
    id. `tested_at` is when "Send test" last arrived, `succeeded_at` when anything did.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    settings = models.JSONField(default=dict)
    secrets = models.BinaryField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "channel"
        indexes = (models.Index(fields=["org", "clinic", "name"], name="channel_name"),)

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """What goes to a channel, and at what pace. Empty lists of kinds and controls mean all.

    `hours`: any, open or closed. `pace`: at_once, daily or weekly. Quiet hours are local times.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    severity = models.CharField(max_length=16, default="low")
    kinds = models.JSONField(default=list)
    controls = models.JSONField(default=list)
    hours = models.CharField(max_length=8, default="any")
    pace = models.CharField(max_length=8, default="at_once")
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "route"
        indexes = (models.Index(fields=["org", "clinic"], name="route_clinic"),)

    def __str__(self) -> str:
        return f"{self.severity} {self.pace}"


class Mute(models.Model):
    """Silence with a scope, a reason and an end. Empty `name` and `subject` mean all.

    `settled_at` is when what it kept back, and is still so, was told after its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    name = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "mute"
        indexes = (models.Index(fields=["org", "clinic", "-until"], name="mute_until"),)

    def __str__(self) -> str:
        return self.reason


class Delivery(models.Model):
    """A message to a channel: inserted in the transaction that decided on it.

    `state`: waiting, held (for a digest), gathered (into one), muted, sent or dead. `body` is the
    message in closed fields (controller.alerts.message); `id` is what makes it the same message
    when it is sent twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, db_index=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, db_index=False)
    mute = models.ForeignKey(Mute, on_delete=models.PROTECT, null=True, db_index=False)
    digest = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    event = models.CharField(max_length=16)
    state = models.CharField(max_length=8)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    body = models.JSONField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "delivery"
        # The worker asks for all orgs at once, and only for what is not done.
        indexes = (
            models.Index(
                fields=["state", "due_at"],
                name="delivery_due",
                condition=Q(state__in=("waiting", "held")),
            ),
            models.Index(fields=["org", "alert", "-made_at"], name="delivery_alert"),
            models.Index(fields=["org", "channel", "-made_at"], name="delivery_channel"),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.state}"


class Attempt(models.Model):
    """One try of a delivery: what was answered, in 200 bytes at most."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, db_index=False)
    n = models.IntegerField()
    at = models.DateTimeField()
    is_accepted = models.BooleanField()
    status = models.CharField(max_length=40)
    answer = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="delivery__clinic_id")

    class Meta:
        db_table = "attempt"
        indexes = (models.Index(fields=["org", "delivery", "n"], name="attempt_delivery"),)

    def __str__(self) -> str:
        return self.status
