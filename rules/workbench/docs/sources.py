"""Whose word is a rule? The four sources, always said apart."""

from collections.abc import Iterator, Mapping

from rules.compiled.rule import BASES
from rules.language.controls import citations
from rules.language.controls import controls as titles
from rules.workbench.markdown import code, plain

SOURCES = {
    "in_force": "Law in force (45 CFR)",
    "proposed": "Proposed rule (90 FR 898): not law",
    "benchmark": "Benchmark: binds nobody",
    "practice_policy": "The practice's own policy",
}


def cited(cite: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """By each source that is named, its references with what the table knows of them."""
    known = citations().table
    for source in BASES:
        named = []
        for reference in cite.get(source, ()):
            row = known.get(reference)
            asks = f", {row.requirement}" if row and row.requirement else ""
            named.append(f"{code(reference)} {plain(row.title) if row else ''}{asks}".rstrip())
        if named:
            yield source, "; ".join(named)


def controls(named: tuple[str, ...]) -> str:
    """Controls of the guide with their titles."""
    known = titles()
    return "; ".join(f"{code(one)} {plain(known.get(one, ''))}".rstrip() for one in named)
