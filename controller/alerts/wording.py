"""What is an alert called on a page?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from controller.alerts.decide import Kind
from rules.counted import counted

if TYPE_CHECKING:
    from controller.alerts.models import Alert

KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.RULE: "a rule that fails",
        Kind.SILENCE: "silent computers",
        Kind.CHAIN: "reports missing or at odds",
        Kind.CLONE: "two computers as one",
        Kind.EXPIRY: "rules and keys that end",
        Kind.BACKUP: "backups",
        Kind.WAIVER: "waivers that end",
        Kind.ATTESTATION: "paperwork",
        Kind.INTAKE: "reports not taken in",
        Kind.ACCESS: "access to this controller",
    }
)
"""What each kind of alert is called, as a choice."""
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_OF_MACHINES = frozenset({Kind.RULE, Kind.SILENCE, Kind.CHAIN, Kind.CLONE, Kind.WAIVER})
_COUNTED = {
    "paperwork-due": "statement",
    "scorecard-waits": "scorecard",
    "clinic-unreachable": "clinic",
    "break-glass": "administrator",
}
_TITLES = {
    "machine-silent": "Computers that are silent",
    "clinic-unreachable": "The clinic cannot be heard",
    "chain-forked": "Reports that contradict each other",
    "evidence-missing": "Reports that are missing",
    "clone-suspected": "Two computers that speak as one",
    "rules-expire": "Signed rules that end soon",
    "rules-expired": "Signed rules that have ended",
    "keys-expire": "Keys and certificates that end soon",
    "backup-overdue": "No backup within 26 hours",
    "report-quarantined": "Reports that the controller failed on",
    "paperwork-due": "Paperwork that is due",
    "scorecard-waits": "A scorecard that waits for the owner",
    "break-glass": "An administrator for an hour, by break-glass",
}


@dataclass(frozen=True, slots=True)
class Worded:
    """An alert with its title, and the id of the rule that it is about, if it is about one."""

    row: "Alert"
    title: str
    rule: str = ""
    waiver: UUID | None = None

    @property
    def concerns(self) -> str:
        """How many it concerns: `3 machines`; of a listed row, which has them counted.

        Empty where it is one thing, which the title names.
        """
        n, unit = getattr(self.row, "count", 0), _COUNTED.get(self.row.name)
        unit = unit or ("machine" if self.row.kind in _OF_MACHINES else "")
        return counted(n, unit) if unit else f"{n:,}" if n > 1 else ""


def worded(
    row: "Alert", rules: Mapping[str, str] = _NO_NAMES, waivers: Mapping[str, str] = _NO_NAMES
) -> Worded:
    """As a person would call it. `rules` are the titles of rules by their ids; else by the id.

    `waivers` are the names of those that alerts are about.
    """
    title = rules.get(row.name, row.name)
    if row.kind == Kind.WAIVER:
        about = UUID(row.about) if row.about else None
        which = f" {waivers[row.about]}" if row.about in waivers else ""
        return Worded(row, f"Waiver{which} that ends: {title}", row.name, about)
    if row.kind == Kind.RULE:
        return Worded(row, title, row.name)
    return Worded(row, _TITLES.get(row.name, row.name))
