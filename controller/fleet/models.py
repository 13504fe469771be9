"""Which machines are there, whose keys are theirs, and how may one join?

As-of, rebuild and retention: who a machine is and its chain head are written by enrolment and by
each sync; counters and `worst` are derived from `rule_state` again by `rebuild`; `facts_now` from
the newest `facts` reports. Rows outlive the machine (`retired`), as long as its evidence.

`machine_key.key_id` and `join_token.tid` are unique over all orgs and so have an index of their
own: they are what an agent is known by before it is known whose it is.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.fleet.names import Short
from controller.ledger.models import Log
from controller.tenants.models import Clinic, Group, Org, Site
from controller.tenants.scope import Scoped


class MachineState(models.TextChoices):
    """Where a machine stands; the last three are ends."""

    PENDING = "pending"
    ACTIVE = "active"
    QUARANTINED = "quarantined"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    RETIRED = "retired"


class Presence(models.TextChoices):
    """How often a machine is expected to be heard: by the wall, by open hours, or by the week."""

    ALWAYS_ON = "always_on"
    WORKING = "working"
    ROAMING = "roaming"


class Approval(models.TextChoices):
    """Does a machine that joins count at once, or after a person said yes?"""

    AUTO = "auto"
    MANUAL = "manual"


class Machine(models.Model):
    """One enrolled agent, with the head of its chain and the counts of its verdicts; or a host.

    A host carries no agent: its `visitor` does, and speaks of it. `agent_id` is then the id that
    the visitor gave it, `host_key` the SHA-256 of the SSH key by which the visitor knows it, and
    the head is that of the last report on it in its visitor's chain.

    `id` is the agent's own id. `seen_at` is the last contact, `reported_at` the receipt of the
    last report; `worst` the rank of the worst open failure: 4 critical, 3 high, 2 medium, 1 low,
    0 none. No index on `seen_at` or `due_by`: they change with each heartbeat.

    `keyed_at` is when its report key came into force, null since `enrolled_at`. `receipt` is the
    generation of the receipt key that its answers are signed with, `noticed` the number of the
    last notice that it has for certain, `told` of the last that it was given. `orders` are the
    directives that it has not done (controller.fleet.orders), `ca` the hashes of the CA keys that
    it says it trusts, `turns` how often two boots took turns since `other_boot_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, db_index=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, db_index=False)
    agent_id = models.UUIDField()
    visitor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, db_index=False)
    host = models.CharField(max_length=64)
    host_key = models.CharField(max_length=64, blank=True, default="")
    os_family = models.CharField(max_length=16)
    os_version = models.CharField(max_length=64)
    os_arch = models.CharField(max_length=32)
    agent_version = models.CharField(max_length=32)
    role = models.CharField(max_length=32, blank=True)
    presence = models.CharField(max_length=16, choices=Presence.choices, default=Presence.WORKING)
    state = models.CharField(max_length=16, choices=MachineState.choices)
    replaces = models.UUIDField(null=True)
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    disposal = models.CharField(max_length=200, blank=True, default="")

    epoch = models.IntegerField(default=1)
    head_seq = models.BigIntegerField(default=0)
    head_sha = models.CharField(max_length=64)
    anchor = models.CharField(max_length=64)
    full_seq = models.BigIntegerField(default=0)
    full_sha = models.CharField(max_length=64, blank=True)
    nonce = models.CharField(max_length=32)
    boot = models.CharField(max_length=32, blank=True)
    other_boot = models.CharField(max_length=32, blank=True)
    other_boot_at = models.DateTimeField(null=True)
    turns = models.IntegerField(default=0)
    clone_suspected_at = models.DateTimeField(null=True)
    key_id = models.CharField(max_length=64)
    keyed_at = models.DateTimeField(null=True)
    receipt = models.IntegerField(default=1)
    noticed = models.BigIntegerField(default=0)
    told = models.BigIntegerField(default=0)
    orders = models.TextField(default="[]")
    ca = models.TextField(blank=True, default="")
    hw = models.JSONField(default=dict)

    policy_state = models.CharField(max_length=16, blank=True)
    pack_sha = models.CharField(max_length=64, blank=True)
    pack_version = models.CharField(max_length=64, blank=True)

    seen_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    observed_at = models.DateTimeField(null=True)
    due_by = models.DateTimeField(null=True)
    clock_trust = models.CharField(max_length=8, blank=True)
    n_pass = models.IntegerField(default=0)
    n_fail = models.IntegerField(default=0)
    n_error = models.IntegerField(default=0)
    n_unknown = models.IntegerField(default=0)
    n_na = models.IntegerField(default=0)
    worst = models.SmallIntegerField(default=0)
    n_findings = models.IntegerField(default=0)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "machine"
        indexes = (
            models.Index(fields=["org", "clinic", "host"], name="machine_clinic_host"),
            models.Index(fields=["org", "-worst", "-n_fail", "id"], name="machine_worst"),
            models.Index(fields=["org", "host", "id"], name="machine_host"),
            models.Index(fields=["org", "agent_id"], name="machine_agent"),
            models.Index(fields=["org", "visitor"], name="machine_visitor"),
            models.Index(
                fields=["org", "state", "policy_state", "pack_version", "clinic"],
                name="machine_policy",
            ),
            models.Index("org", "clinic", Short("host"), name="machine_clinic_short"),
        )

    def __str__(self) -> str:
        return self.host


class MachineKey(models.Model):
    """A public key of a machine. Its validity is counted in leaves of the log, not in time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, db_index=False)
    key_id = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=8)
    scheme = models.CharField(max_length=32)
    public = models.CharField(max_length=64)
    valid_from_leaf = models.BigIntegerField()
    valid_to_leaf = models.BigIntegerField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "machine_key"
        indexes = (models.Index(fields=["org", "machine"], name="machine_key_machine"),)

    def __str__(self) -> str:
        return self.key_id


class JoinToken(models.Model):
    """Leave to join: for one clinic, for so many machines, until an hour. No secret is kept.

    `welcome` are the bytes that the pin of the join string is the hash of; `receipt` is the
    generation of the receipt key in them, `noticed` the last notice that had been given by then.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, db_index=False)
    tid = models.CharField(max_length=13, unique=True)
    secret_sha = models.CharField(max_length=64)
    welcome = models.BinaryField()
    role = models.CharField(max_length=32, blank=True)
    presence = models.CharField(max_length=16, choices=Presence.choices, default=Presence.WORKING)
    platforms = models.JSONField(default=list, blank=True)
    approval = models.CharField(max_length=8, choices=Approval.choices, default=Approval.AUTO)
    max_uses = models.IntegerField(default=1)
    uses = models.IntegerField(default=0)
    receipt = models.IntegerField(default=1)
    noticed = models.BigIntegerField(default=0)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "join_token"
        indexes = (models.Index(fields=["org", "clinic", "-made_at"], name="join_token_clinic"),)

    def __str__(self) -> str:
        return self.tid


class Enrolment(models.Model):
    """A use of a join token: the request as signed, and the answer that it gets each time.

    `request` is locked by `Keys.request_lock`, because the secret of the token is in it. In
    `answer` the clinic's fact key is blank: it is derived, and put in when the answer is given.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    token = models.ForeignKey(JoinToken, on_delete=models.PROTECT, db_index=False)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT, db_index=False)
    at = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True)
    leaf = models.BigIntegerField()
    req_sha = models.CharField(max_length=64)
    request = models.BinaryField()
    answer = models.BinaryField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "enrolment"
        constraints = (
            models.UniqueConstraint(fields=["org", "machine"], name="enrolment_machine"),
        )
        indexes = (models.Index(fields=["org", "token"], name="enrolment_token"),)

    def __str__(self) -> str:
        return str(self.machine_id)


class Notice(models.Model):
    """A change of the controller's own keys, as agents of one clinic are told of it.

    `n` counts within the clinic (null: the org's own log, which no agent follows). `leaf` is its
    `keys` line in `log`, `generation` that of the receipt key or CA that it brings. `envelope` is
    the signed notice in JSON form, byte for byte: bundles carry it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, null=True, db_index=False)
    log = models.ForeignKey(Log, on_delete=models.PROTECT, db_index=False)
    n = models.BigIntegerField()
    leaf = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    generation = models.IntegerField(null=True)
    at = models.DateTimeField()
    envelope = models.BinaryField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "notice"
        constraints = (models.UniqueConstraint(fields=["org", "log", "leaf"], name="notice_leaf"),)
        indexes = (models.Index(fields=["org", "clinic", "n"], name="notice_clinic"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.n}"


class FactsNow(models.Model):
    """What a machine last said of itself: fact name -> envelope of facts.md, redacted.

    `imaging` is the imaging part of its newest full or delta, without the findings, which have a
    table of their own.
    """

    pk = models.CompositePrimaryKey("org_id", "machine_id")
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    machine = models.ForeignKey(
        Machine, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    catalogue = models.CharField(max_length=16, blank=True)
    document = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    observed_at = models.DateTimeField(null=True)
    known_at = models.DateTimeField(null=True)
    imaging = models.JSONField(null=True)
    imaging_observed_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic="machine__clinic_id")

    class Meta:
        db_table = "facts_now"

    def __str__(self) -> str:
        return str(self.machine_id)
