"""Whose data is being asked for?

- A `Place` is one org, and of it every clinic or the named ones.
- Every ordinary model has the manager `Scoped`: `Machine.objects.at(place)` is the only way in.
  A query without a place raises `NoPlace`: forgetting the tenant is an error, never a leak.
- Django's own errands (saving, following a foreign key, deleting) use the base manager and are
  not held up.
"""

from dataclasses import dataclass
from typing import NoReturn, Self, TypeVar
from uuid import UUID

from django.db import models

M = TypeVar("M", bound=models.Model)


class NoPlace(RuntimeError):
    """A query that does not say for whom. Ask through `objects.at(place)`."""


@dataclass(frozen=True, slots=True)
class Place:
    """One org, and of it all clinics (None) or only these."""

    org: UUID
    clinics: frozenset[UUID] | None = None

    def holds(self, clinic: UUID) -> bool:
        """Is this clinic of the org within the place?"""
        return self.clinics is None or clinic in self.clinics

    def clinic(self, clinic: UUID) -> Self:
        """The place narrowed to one clinic; nothing at all if that lies outside."""
        return type(self)(self.org, frozenset({clinic}) if self.holds(clinic) else frozenset())


class Scoped(models.Manager[M]):
    """Rows of a place, and never rows of nobody in particular.

    `org` and `clinic` are the lookups that lead from a row to its org and clinic; `clinic=None`
    is for what belongs to the org as a whole.
    """

    def __init__(self, org: str = "org_id", clinic: str | None = "clinic_id") -> None:
        super().__init__()
        self._org = org
        self._clinic = clinic

    def at(self, place: Place) -> models.QuerySet[M]:
        """The rows of this place."""
        rows = super().get_queryset().filter(**{self._org: place.org})
        if self._clinic is None or place.clinics is None:
            return rows
        return rows.filter(**{f"{self._clinic}__in": place.clinics})

    def get_queryset(self) -> NoReturn:
        """Refuse: say for whom first."""
        raise NoPlace(f"ask {self.model.__name__}.objects.at(place), never without a place")
