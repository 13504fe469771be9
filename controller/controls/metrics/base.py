"""What does a figure promise: its n, its open cases, and words that hold both?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import TypeAlias

from controller.controls.catalogue import Metric
from controller.findings.scores import percent
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which clinic, and when."""

    clinic: Clinic
    place: Place
    now: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric and what is known of it; `words` hold the n."""

    metric: Metric
    words: str


Answer: TypeAlias = Callable[[Asked], str]


def share(part: int, whole: int) -> str:
    """`41 of 48 (85 %)`, rounded down; without a whole there is no share."""
    return f"{part:,} of {whole:,} ({percent(part, whole)} %)" if whole else "0 of 0"


def p90(values: Sequence[float]) -> float:
    """The ninth decile, of at least one value."""
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def middle(values: Sequence[float], unit: str) -> str:
    """`median 4.0 h, p90 9.1 h, longest 9.5 h of 7`."""
    told = f"median {median(values):.1f} {unit}, p90 {p90(values):.1f} {unit}"
    return f"{told}, longest {max(values):.1f} {unit} of {len(values):,}"
