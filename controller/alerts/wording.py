"""What is an alert called on a page?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.alerts.decide import Kind

if TYPE_CHECKING:
    from controller.alerts.models import Alert

_TITLES = {
    "machine-silent": "Computers that are silent",
    "clinic-unreachable": "The clinic cannot be heard",
    "chain-forked": "Reports that contradict each other",
    "evidence-missing": "Reports that are missing",
    "clone-suspected": "Two computers that speak as one",
    "rules-expire": "Signed rules that end soon",
    "rules-expired": "Signed rules that have ended",
    "backup-overdue": "No backup within 26 hours",
    "report-quarantined": "Reports that the controller failed on",
    "paperwork-due": "Paperwork that is due",
    "break-glass": "An administrator for an hour, by break-glass",
}


@dataclass(frozen=True, slots=True)
class Worded:
    """An alert with its title."""

    row: "Alert"
    title: str

    @property
    def is_rule(self) -> bool:
        """Is the title the id of a rule?"""
        return self.row.kind in (Kind.RULE, Kind.WAIVER)


def worded(row: "Alert") -> Worded:
    """As a person would call it: a rule by its id, anything else in words."""
    if row.kind == Kind.WAIVER:
        return Worded(row, f"Waiver that ends: {row.name}")
    return Worded(row, _TITLES.get(row.name, row.name))
