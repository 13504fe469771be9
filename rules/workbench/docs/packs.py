"""Which rules and statements are in a pack? The same pack gives the same page."""

from collections.abc import Iterator

from rules.compiled.attestation import Attestation
from rules.compiled.rule import SEVERITIES, Pack
from rules.engine.words import span
from rules.workbench.docs.rules import rule_lines
from rules.workbench.docs.sources import SOURCES, cited
from rules.workbench.markdown import code, page, plain, table

_ABOUT = """
A rule ends in one of five verdicts: pass, fail, error, unknown, not-applicable. What could not be
read is unknown, and never a pass. The sources of a rule stand apart: law in force, the proposed
rule (which is no law), benchmarks, and the practice's own policy. The rule in force sets almost no
numbers, so beside each number stands whose word it is.
"""


def pack_page(pack: Pack) -> str:
    """The page of a pack."""
    return page(_pack(pack))


def _pack(pack: Pack) -> Iterator[str]:
    yield f"# {plain(pack.title)}"
    yield ""
    yield f"Pack {code(pack.pack)}, version {pack.version}, {len(pack.rules)} rules."
    yield f"It needs the fact catalogue {pack.requires_facts} or newer. Its sources were checked"
    yield f"against the citations of {pack.citations}."
    yield _ABOUT
    by_weight = sorted(pack.rules, key=lambda rule: (SEVERITIES.index(rule.severity), rule.id))
    yield from table(
        ("rule", "severity", "claim"),
        ((f"[{rule.id}](#{rule.id})", rule.severity, plain(rule.title)) for rule in by_weight),
    )
    for rule in by_weight:
        yield from rule_lines(rule)
    if pack.attestations:
        yield "## What a person states"
        yield ""
        yield "No program can see these: the controller asks, reminds and lets them expire."
        yield ""
        head = ("statement", "by whom", "for each", "again", "sources")
        yield from table(head, map(_attested, sorted(pack.attestations, key=_by_id)))
    if pack.retired:
        yield "## Retired"
        yield ""
        rows = ((code(name), last, plain(why)) for name, last, why in sorted(pack.retired))
        yield from table(("id", "last in", "why"), rows)


def _by_id(kind: Attestation) -> str:
    return kind.id


def _attested(kind: Attestation) -> tuple[str, ...]:
    sources = "; ".join(f"{SOURCES[source]}: {named}" for source, named in cited(kind.cite))
    again = "with each event" if kind.renew is None else f"every {span(kind.renew)}"
    return (
        f"{code(kind.id)} {plain(kind.title)}",
        kind.owner.replace("_", " "),
        kind.scope,
        again,
        sources,
    )
