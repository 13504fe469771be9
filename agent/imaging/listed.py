"""Which findings are spoken of, and what is said of them?

Open ones, and those that were closed within a day, at most 1,000: those outside of stores first,
the newest first. A list that is cut says so.
"""

from collections.abc import Collection
from typing import Literal

from agent.imaging import findings
from agent.imaging.folder import Folder
from agent.imaging.ledger import Ledger
from agent.imaging.volumes import Volume
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.imaging import Finding

_LISTED = 1000
_CLOSED_SECONDS = 86400.0
"""How long a finding that was closed is still spoken of."""


def listed(ledger: Ledger | Why, folders: Collection[Folder], now: float) -> Maybe[Items[Finding]]:
    """Open ones, and those closed within a day; outside of stores first, the newest first."""
    if isinstance(ledger, Why):
        return Unknown(ledger) if folders else Items()
    after = now - _CLOSED_SECONDS
    told: list[Finding] = []
    for each in sorted(folders, key=_is_store):
        found = ledger.findings.listed(each.root.label, _LISTED, after)
        told += [_finding(finding, each) for finding in found]
    total = sum(ledger.findings.count(each.root.label, after) for each in folders)
    missing = Why.TOO_LARGE if total > _LISTED else None
    if missing is None and any(each.sweep is None for each in folders):
        missing = Why.NOT_COLLECTED
    return Items(tuple(told[:_LISTED]), missing)


def _is_store(each: Folder) -> bool:
    return each.root.role == "store" and not each.root.parts


def _finding(finding: findings.Finding, each: Folder) -> Finding:
    volume = each.by_device.get(finding.file.device, each.volume)
    read = volume.protection
    is_carried = finding.in_part or each.root.path in each.root.carried
    return Finding(
        id=finding.id,
        root=finding.root,
        role="outbox" if is_carried else each.root.role,
        verdict=finding.verdict,
        kind=finding.kind,
        reason=finding.reason,
        volume="unknown" if isinstance(read, Unknown) else read,
        reach=_reach(volume, is_carried=is_carried),
        state=finding.state,
    )


def _reach(volume: Volume, *, is_carried: bool) -> Maybe[Literal["cloud_sync", "removable"]]:
    """That a file is within reach of this machine alone is not known until shares are."""
    if is_carried:
        return "cloud_sync"
    return "removable" if volume.is_removable else Unknown(Why.NOT_COLLECTED)
