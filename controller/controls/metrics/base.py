"""What does a figure promise: its n, its open cases, and words that hold both?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median, quantiles
from typing import TypeAlias

from controller.controls.catalogue import Metric
from controller.findings.queries import Standing, standings
from controller.findings.scores import percent
from controller.paperwork.binder import Binder
from controller.paperwork.models import Entry
from controller.paperwork.queries import on_file
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from controller.traces.models import Trace

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """Of which clinic, and when; and what more than one figure is read from, read once."""

    clinic: Clinic
    place: Place
    now: datetime

    @cached_property
    def file(self) -> Binder:
        """Its papers, and the rules."""
        return on_file(self.clinic)

    @cached_property
    def standing(self) -> Standing | None:
        """How its machines stand; failures under a waiver are not told apart."""
        return next(iter(standings(self.place, self.now, ())), None)

    @cached_property
    def traces(self) -> list[Trace]:
        """What its machines showed of accounts and patches, and from when to when."""
        rows = Trace.objects.at(self.place).filter(kind__in=("account", "patch"))
        return list(rows.select_related("machine"))

    def register(self, name: str) -> list[Entry]:
        """What stands in one of its registers, and was not struck."""
        return [row for row in self.file.entries.get(name, ()) if not row.is_struck]


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric and what is known of it; `words` hold the n."""

    metric: Metric
    words: str

    @property
    def name(self) -> str:
        """What it is called: `Time to revoke`."""
        return self.metric.name.replace("_", " ").capitalize()


Answer: TypeAlias = Callable[[Asked], str]


def share(part: int, whole: int) -> str:
    """`41 of 48 (85 %)`, rounded down; of nothing there is no share, and the caller says why."""
    return f"{part:,} of {whole:,} ({percent(part, whole)} %)" if whole else "none"


def p90(values: Sequence[float]) -> float:
    """The ninth decile, of at least one value."""
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def middle(values: Sequence[float], unit: str) -> str:
    """`median 4.0 h, p90 9.1 h, longest 9.5 h of 7`."""
    told = f"median {median(values):.1f} {unit}, p90 {p90(values):.1f} {unit}"
    return f"{told}, longest {max(values):.1f} {unit} of {len(values):,}"
