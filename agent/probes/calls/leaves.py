"""How does one value of several say that it could not be fetched?"""

from collections.abc import Callable
from typing import TypeVar

from agent.probes.base import ProbeError, failure
from rules.facts.form import Json

T = TypeVar("T")


def leaf(ask: Callable[[], T]) -> T | Json:
    """A value, or the failure that stands in its place."""
    try:
        return ask()
    except ProbeError as error:
        return failure(error)
