"""On which source does a rule rest? Four kinds, never merged.

Law in force, a proposal, a benchmark and a practice's own policy are said apart, and the proposal
with the day on which its state was last looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_PROPOSAL = "90FR898/"
_KINDS = {
    "in_force": "Law in force",
    "proposed": "Proposed rule, not law",
    "benchmark": "Benchmark",
    "practice_policy": "Practice policy",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of source and what of it the rule names."""

    kind: str
    label: str
    references: tuple[str, ...]


def sources(cite: Mapping[str, tuple[str, ...]], checked_on: str) -> tuple[Source, ...]:
    """The sources of a rule in their fixed order; kinds that it does not name are left out.

    `checked_on` is the day of the citation table that the pack was built with.
    """
    return tuple(
        Source(kind, label, tuple(_named(kind, one, checked_on) for one in cite[kind]))
        for kind, label in _KINDS.items()
        if cite.get(kind)
    )


def _named(kind: str, reference: str, checked_on: str) -> str:
    if kind == "in_force":
        return f"45 CFR {reference}"
    if reference.startswith(_PROPOSAL):
        topic = reference.removeprefix(_PROPOSAL)
        return f"90 FR 898 of 6 January 2025, on {topic} (a proposal; sources as of {checked_on})"
    return reference
