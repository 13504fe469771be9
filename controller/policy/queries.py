"""Which rule does a number mean, which pack judged, and what was published?

Who asks for more than one of these takes `at_hand` and asks it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from controller.policy.models import PolicyRun, Publication
from controller.policy.shelf import (
    SEVERITIES,
    Described,
    Numbered,
    Shelf,
    at_hand,
    compiled_of,
)
from controller.tenants.scope import Place
from rules.compiled.rule import Pack as Compiled

if TYPE_CHECKING:
    from django.db.models import QuerySet

__all__ = ["SEVERITIES", "Described", "Numbered", "Shelf", "at_hand"]


def rules(place: Place) -> dict[int, Numbered]:
    """The rules of an org by their numbers."""
    return at_hand(place).rules


def packs(place: Place, digests: Iterable[str]) -> dict[str, Compiled]:
    """The packs with these digests, as far as they are known here; the built-in one always is."""
    return compiled_of(place, digests)


def described(place: Place) -> dict[int, Described]:
    """Every rule of an org in words, by its number."""
    return at_hand(place).described


def every(place: Place) -> list[Compiled]:
    """Every pack that is at hand, the highest version first: rules that may be spoken of."""
    return at_hand(place).packs


def publications(place: Place) -> "QuerySet[Publication]":
    """What was published for an org, the newest first."""
    return Publication.objects.at(place).order_by("-targets")


def runs(place: Place) -> "QuerySet[PolicyRun]":
    """Which targets the machines of each clinic were the first to run, and when."""
    return PolicyRun.objects.at(place).select_related("clinic").order_by("clinic__slug", "-targets")
