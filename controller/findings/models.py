"""What is wrong now, since when, and how was it on any day?

All of it is derived from `report` by controller.findings.fold, and derived again by
controller.findings.rebuild; shields from the waivers that people approved, too. History is
change-only: no row an evaluation. As it was on T: `observed_from <= T < observed_to`; as we knew
it on T: the same on `known_*`. Retention: spans as long as the reports that they come from;
states, shields and counts while the machine is enrolled.
"""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

import controller.findings.day_models  # noqa: F401 - more tables of this feature
from controller.fleet.models import Machine
from controller.policy.models import Waiver
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class RuleState(models.Model):
    """A rule's verdict on a machine now.

    `evidence` is `{why, n, items, left_out}` of the verdict (2 KiB at most: items are left out
    and counted); `pack_sha` names the pack that judged. `rev` counts changes.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id", "rule_no")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    rule_no = models.IntegerField()
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    verdict = models.CharField(max_length=16)
    observed_since = models.DateTimeField()
    known_since = models.DateTimeField()
    rev = models.IntegerField()
    pack_sha = models.CharField(max_length=64)
    evidence = models.JSONField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "rule_state"
        indexes = (
            models.Index(
                fields=["org", "rule_no", "clinic", "machine"],
                name="rule_state_open",
                condition=~Q(verdict="pass"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule_no} {self.verdict}"


class Shield(models.Model):
    """From when to when an approved waiver accepts a failure that is open now, as a whole.

    Not keyed by the waiver: where several follow one another each has its stretch, and whether one
    holds is asked of the clock. `until_at` is the first instant at which it does not.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id", "rule_no", "since_at")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    rule_no = models.IntegerField()
    since_at = models.DateTimeField()
    until_at = models.DateTimeField()
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    waiver = models.ForeignKey(
        Waiver, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "shield"
        indexes = (models.Index(fields=["org", "clinic", "until_at"], name="shield_clinic"),)

    def __str__(self) -> str:
        return f"{self.rule_no} until {self.until_at:%Y-%m-%d}"


class RuleSpan(models.Model):
    """From when to when a rule had a verdict on a machine; an open end is null.

    Keyed by the report that began it, not by time: two flips may arrive in one sync.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id", "rule_no", "epoch", "seq")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    rule_no = models.IntegerField()
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    verdict = models.CharField(max_length=16)
    observed_from = models.DateTimeField()
    observed_to = models.DateTimeField(null=True)
    known_from = models.DateTimeField()
    known_to = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "rule_span"
        indexes = (
            models.Index(
                fields=["org", "machine", "rule_no", "observed_from"], name="rule_span_observed"
            ),
            models.Index(fields=["org", "-known_from"], name="rule_span_known"),
        )

    def __str__(self) -> str:
        return f"{self.rule_no} {self.verdict}"


class ClinicRule(models.Model):
    """How many machines of a clinic have each verdict on a rule."""

    pk = models.CompositePrimaryKey("org_id", "clinic_id", "rule_no")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    rule_no = models.IntegerField()
    n_pass = models.IntegerField(default=0)
    n_fail = models.IntegerField(default=0)
    n_error = models.IntegerField(default=0)
    n_unknown = models.IntegerField(default=0)
    n_na = models.IntegerField(default=0)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "clinic_rule"

    def __str__(self) -> str:
        return str(self.rule_no)


class Finding(models.Model):
    """A file that lies readable: closed words only, and the agent's random id.

    The key holds the machine too, so that no machine can overwrite another's finding. Open while
    `known_to` is null; `known_last` is when a report last listed it.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id", "finding_id")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    finding_id = models.CharField(max_length=32)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    root = models.CharField(max_length=32)
    role = models.CharField(max_length=16)
    verdict = models.CharField(max_length=24)
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=24)
    volume = models.CharField(max_length=16)
    reach = models.CharField(max_length=16)
    state = models.CharField(max_length=8)
    observed_from = models.DateTimeField()
    observed_to = models.DateTimeField(null=True)
    known_from = models.DateTimeField()
    known_last = models.DateTimeField()
    known_to = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "finding"
        indexes = (
            models.Index(
                F("org"),
                F("clinic"),
                F("known_from").desc(),
                name="finding_open",
                condition=Q(known_to__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.finding_id


class EvidenceGap(models.Model):
    """A machine says that reports of its chain are missing, and why.

    From the last report known before it to the signed `gap` that tells of it.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id", "epoch", "seq")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    epoch = models.IntegerField()
    seq = models.BigIntegerField()
    reason = models.CharField(max_length=24)
    observed_from = models.DateTimeField(null=True)
    observed_to = models.DateTimeField()
    known_from = models.DateTimeField(null=True)
    known_to = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "evidence_gap"

    def __str__(self) -> str:
        return f"{self.epoch}:{self.seq} {self.reason}"


class ContactGap(models.Model):
    """A machine was due and not heard: from when it was due to when it was heard again.

    `reason` is what the first contact afterwards proves (controller.findings.contact). Written by
    intake and not derivable: only backed up. A machine that is silent now has no row yet; its
    `due_by` says since when.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id", "from_at")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    presence = models.CharField(max_length=16)
    reason = models.CharField(max_length=16)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "contact_gap"

    def __str__(self) -> str:
        return f"{self.from_at} {self.reason}"
