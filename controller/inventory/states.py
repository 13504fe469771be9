"""Does a listed machine count? One that was given away or never needs an agent is left out."""

from enum import StrEnum


class ListedState(StrEnum):
    """Where a listed machine stands; only the first counts."""

    LISTED = "listed"
    IGNORED = "ignored"
    RETIRED = "retired"


CHOICES = [(one.value, one.value.title()) for one in ListedState]
