"""What did people state and keep lists of, and what was seen for the first time since?

As-of: a row is never changed but for its rejection; the next statement names the one it replaces,
so what stood on any day is the newest of `signed_at` before it. Rebuild: nothing here can be
derived; the documents lie byte for byte in `document`, their hashes in the clinic's log. Retention:
six years from the last effect (45 CFR 164.316(b)(2)(i)), as all evidence.
"""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models

from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Scoped


class Result(models.TextChoices):
    """What somebody found who looked: a statement may well say that it is not so."""

    PASS = "pass", "It is so"
    FAIL = "fail", "It is not so"
    NOT_APPLICABLE = "not-applicable", "It does not apply here"


class Attestation(models.Model):
    """A statement of a kind of a pack, by a person, about a clinic or a `subject` in it.

    `subject` is the id of a machine, vendor or person of the register, empty for the clinic as a
    whole. `doc_sha` and `doc_where` say which document shows it and where that lies: it is never
    uploaded. `fields` holds what the kind asks for. `signed_by` is an e-mail, `signed_as` the role
    or designation by which that person may sign.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=64)
    pack = models.CharField(max_length=64)
    pack_version = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    controls = models.JSONField()
    owner_role = models.CharField(max_length=32)
    subject = models.CharField(max_length=36, blank=True)
    subject_name = models.CharField(max_length=200, blank=True)
    doc_sha = models.CharField(max_length=64, blank=True)
    doc_where = models.CharField(max_length=500, blank=True)
    performed_on = models.DateField()
    valid_until = models.DateField(null=True)
    scope = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=16, choices=Result.choices)
    reason = models.CharField(max_length=500, blank=True)
    fields = models.JSONField()
    signed_by = models.CharField(max_length=254)
    signed_as = models.CharField(max_length=32)
    signed_at = models.DateTimeField()
    replaces = models.UUIDField(null=True)
    rejected_at = models.DateTimeField(null=True)
    rejected_by = models.CharField(max_length=254, blank=True)
    rejected_why = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "attestation"
        indexes = (
            models.Index(
                fields=["org", "clinic", "kind", "subject", "-signed_at"], name="attestation_newest"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.performed_on}"


class Sighting(models.Model):
    """Something that a clinic was first seen to have at `first_at`, and has no more at `gone_at`.

    `what` is the trigger that it fires, `key` a closed word of the fact catalogue or the id of a
    machine. A part of the way of images (stays.py) has the machine's id and its own name as `key`,
    the machine's name as `label` and what else is told of it in `more`; what came back or changed
    is a row of its own. As-of: both times are of receipt. Rebuild: not derived again, because facts
    are kept for 90 days only.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    what = models.CharField(max_length=32)
    key = models.CharField(max_length=96)
    label = models.CharField(max_length=64)
    more = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "sighting"
        constraints = (
            models.UniqueConstraint(
                fields=["org", "clinic", "what", "key"],
                condition=models.Q(gone_at__isnull=True),
                name="sighting_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.label}"


class Entry(models.Model):
    """A version of an entry of a register. None is ever changed: a correction is the next `n`.

    `entry` is the id that all its versions share; `is_struck` says of a version that the entry was
    made in error. As-of: the highest `n` of each entry up to that time.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, db_index=False)
    register = models.CharField(max_length=32)
    entry = models.UUIDField()
    n = models.IntegerField()
    data = models.JSONField()
    is_struck = models.BooleanField(default=False)
    why = models.CharField(max_length=500, blank=True)
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped()

    class Meta:
        db_table = "register_entry"
        constraints = (
            models.UniqueConstraint(
                fields=["org", "clinic", "register", "entry", "n"], name="register_entry_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.register} {self.entry} {self.n}"
