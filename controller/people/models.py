"""Who signs in, and what is each of them in which place?

Accounts are global, so that one technician can serve two practices; a membership says what a
person is in an org, for one clinic or for all. As-of: rows of `audit` tell who was what when.
Rebuild: none of this can be derived, so backups carry it. Retention: as long as the org is.
"""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from controller.people.roles import LABELS, Role, allows
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place, Scoped


class Users(BaseUserManager["User"]):
    """Finds and makes users by e-mail; case does not tell two people apart."""

    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """Make a user; without a password nobody can sign in until a link has set one."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail, as Django's sign-in asks for."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. The e-mail is the name to sign in with."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[Users] = Users()

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def has_perm(self, permission: str, place: Place) -> bool:
        """May this person do that there? The only gate; `controller.people.roles` is its table.

        A place of several clinics needs the right in each of them, a whole org a membership for
        the whole org.
        """
        held = [
            one
            for one in self.memberships()
            if one.org_id == place.org and allows(one.role, permission)
        ]
        if any(one.clinic_id is None for one in held):
            return True
        return bool(place.clinics) and all(
            any(one.clinic_id == clinic for one in held) for clinic in place.clinics or ()
        )

    def memberships(self, now: datetime | None = None) -> "list[Membership]":
        """Memberships in force, asked for once in the life of this object."""
        held: list[Membership] | None = self.__dict__.get("_memberships")
        if held is None:
            held = self.__dict__["_memberships"] = list(Membership.objects.of(self))
        at = now or timezone.now()
        return [one for one in held if self.is_active and (one.until is None or one.until > at)]

    def knowing(self, held: "list[Membership]") -> Self:
        """The same, told what he is: `memberships` asks no more."""
        self.__dict__["_memberships"] = held
        return self


class Memberships(Scoped["Membership"]):
    """Asked for with a place, or for one person when it is not yet known where he may go."""

    def of(self, user: User) -> models.QuerySet["Membership"]:
        """All that one person is, anywhere."""
        return self.held_by(user.pk).select_related(None).select_related("org")

    def held_by(self, user_id: UUID) -> models.QuerySet["Membership"]:
        """The same by the account's id, with the account."""
        rows: models.QuerySet[Membership] = models.QuerySet(Membership, using=self._db)
        return rows.filter(user_id=user_id).select_related("org", "user")


class Membership(models.Model):
    """What a person is in an org: in one clinic, or in all of them when `clinic` is null.

    `designations` are words of controller.people.roles.DESIGNATIONS. `by_oneself` are those of
    them that the person gave himself, and `role` if the role itself was: where nobody else could
    (controller.people.oneself). `is_emergency` is a role by break-glass, which ends by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.PROTECT, db_index=False)
    role = models.CharField(max_length=16, choices=[(role.value, LABELS[role]) for role in Role])
    until = models.DateTimeField(null=True)
    designations = models.JSONField(default=list)
    by_oneself = models.JSONField(default=list)
    is_emergency = models.BooleanField(default=False)

    objects: ClassVar[Memberships] = Memberships()

    class Meta:
        db_table = "membership"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["org", "user", "clinic", "is_emergency"],
                name="membership_one_role_a_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.AUDITOR.value) | models.Q(until__isnull=False),
                name="membership_auditors_end",
            ),
            models.CheckConstraint(
                condition=models.Q(is_emergency=False) | models.Q(until__isnull=False),
                name="membership_emergencies_end",
            ),
        ]

    def __str__(self) -> str:
        return self.role


class Purpose(models.TextChoices):
    """What opening a link does."""

    PASSWORD = "password"  # noqa: S105 - a purpose, not a password
    SIGN_IN = "sign-in"


class Link(models.Model):
    """A link that works once: to set a password, or to sign in to a home that `demo` made.

    Only the hash of its secret is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "link"

    def __str__(self) -> str:
        return f"{self.purpose} link of {self.user}"


class Issuer(models.Model):
    """A sign-in service of an org's own (OpenID Connect Core 1.0), by which its people may come.

    `secret` is AES-256-GCM under `Keys.secrets_lock`, bound to the id. `is_trusted`: a second
    factor that it shows counts. `acr` are the words by which it says so beside `amr` (RFC 8176).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=200)
    client_id = models.CharField(max_length=200)
    secret = models.BinaryField()
    is_trusted = models.BooleanField(default=False)
    acr = models.JSONField(default=list)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "issuer"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["org", "url", "client_id"],
                name="issuer_once",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Connection(models.Model):
    """Whom an issuer's subject is, as that person confirmed: never found by an e-mail alone."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "connection"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["org", "issuer", "subject"], name="connection_subject"),
            models.UniqueConstraint(fields=["org", "issuer", "user"], name="connection_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user} by {self.issuer}"


class SavedView(models.Model):
    """The filters and the order of a list under a name: a question, and never what it answers.

    `user` is whose it is, null for everybody's of the org. `clinic` is null where it may be asked
    in every clinic. `listing` is the list's own name (controller.pages.saved), `question` what
    stands behind the question mark of its address.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    org = models.ForeignKey(Org, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, db_index=False)
    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.PROTECT, db_index=False)
    listing = models.CharField(max_length=80)
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=500)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    objects: ClassVar[Scoped[Self]] = Scoped(clinic=None)

    class Meta:
        db_table = "saved_view"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["org", "listing", "user"], name="saved_view_list"),
        ]

    def __str__(self) -> str:
        return self.name
