"""What does a pack ask, told to people: one page of Markdown a pack.

The four sources stand apart, and every number says whose word it is. The same pack gives the same
page.
"""

from collections.abc import Iterator, Mapping

from rules.compiled.attestation import Attestation
from rules.compiled.literal import plain as form_of
from rules.compiled.rule import BASES, SEVERITIES, SYSTEMS, Over, Pack, Param, Quantifier, Rule
from rules.engine.unparse import unparse
from rules.engine.words import basis, span, words
from rules.language.controls import citations, controls
from rules.workbench.diff.texts import written
from rules.workbench.markdown import code, codes, page, plain, table

_SOURCES = {
    "in_force": "Law in force (45 CFR)",
    "proposed": "Proposed rule (90 FR 898): not law",
    "benchmark": "Benchmark: binds nobody",
    "practice_policy": "The practice's own policy",
}
_SYSTEMS = {"windows": "Windows", "macos": "macOS", "linux": "Linux", "any": "Any other system"}
_IF_NONE = {
    "pass": "it passes",
    "fail": "it fails",
    "unknown": "it is unknown",
    "not-applicable": "it does not apply",
}
_ASKED = {
    Quantifier.EVERY: "Each {item} of {path}",
    Quantifier.NO: "No {item} of {path}",
    Quantifier.SOME: "At least {n} {item} of {path}",
}
_TIGHTER = {
    "at-most": "less is stricter",
    "at-least": "more is stricter",
    "subset": "fewer are stricter",
    "superset": "more are stricter",
    "only-true": "true is stricter",
    "only-false": "false is stricter",
    "loosen": "every change loosens",
    None: "",
}
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
        yield from _rule(rule)
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


def _rule(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}"
    yield ""
    yield f"**{plain(rule.title)}.** Severity {rule.severity}."
    yield ""
    if rule.plain:
        yield f"> {plain(rule.plain)}"
        yield ""
    yield from _asked(rule)
    yield from _sources(rule)
    if rule.params:
        yield from table(
            ("param", "value", "whose word", "may be", "a change"),
            (_param(param) for _, param in sorted(rule.params.items())),
        )
    yield from _fix(rule)
    yield f"Reads the facts {codes(rule.reads)}."
    if rule.replaces:
        yield f"Goes on from {codes(rule.replaces)}."
    yield ""


def _asked(rule: Rule) -> Iterator[str]:
    if rule.when is not None:
        yield f"Applies when {_leaf(rule.when)}."
        yield ""
    if rule.define:
        defines = ((code(name), _leaf(node)) for name, node in rule.define.items())
        yield from table(("name", "stands for"), defines)
    rows = [
        (_leaf(clause.that), code(written(clause.say)))
        for clause in rule.must
        if clause.that is not None
    ]
    yield from table(("must hold", "said if it does not"), rows)
    if rule.over is not None:
        yield from _over(rule.over)


def _over(over: Over) -> Iterator[str]:
    path = code(".".join(over.path))
    head = _ASKED[over.quantifier].format(item=over.item, path=path, n=over.at_least)
    where = [_leaf(node) for node in over.where]
    if over.quantifier is Quantifier.EVERY:
        if_none = _IF_NONE[str(over.if_none)]
        yield f"{head}{_among(where)} is asked; if there is none, {if_none}."
        yield ""
        rows = ((_leaf(c.that), code(written(c.say))) for c in over.clauses if c.that is not None)
        yield from table(("must hold of it", "said if it does not"), rows)
        return
    yield (
        f"{head} may be such that all of these hold:"
        if over.quantifier is Quantifier.NO
        else (f"{head} must be such that all of these hold:")
    )
    yield ""
    yield from (f"- {leaf}" for leaf in where)
    yield ""
    yield f"Else it says: {code(written(over.clauses[0].say))}"
    yield ""


def _among(where: list[str]) -> str:
    return f" with {' and '.join(where)}" if where else ""


def _leaf(node: object) -> str:
    return code(unparse(node, lambda name: f"params.{name}"))  # type: ignore[arg-type]


def _sources(rule: Rule) -> Iterator[str]:
    rows = [(_SOURCES[source], named) for source, named in _cited(rule.cite)]
    rows.append(("Controls of the guide", _controls(rule.controls)))
    yield from table(("source", "reference"), rows)


def _cited(cite: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
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


def _controls(named: tuple[str, ...]) -> str:
    titles = controls()
    return "; ".join(f"{code(one)} {plain(titles.get(one, ''))}".rstrip() for one in named)


def _attested(kind: Attestation) -> tuple[str, ...]:
    cited = "; ".join(f"{_SOURCES[source]}: {named}" for source, named in _cited(kind.cite))
    again = "with each event" if kind.renew is None else f"every {span(kind.renew)}"
    return (
        f"{code(kind.id)} {plain(kind.title)}",
        kind.owner.replace("_", " "),
        kind.scope,
        again,
        cited,
    )


def _param(param: Param) -> tuple[str, ...]:
    bounds = [
        f"{word} {words(param.type, form_of(value))}"
        for word, value in (("at least", param.low), ("at most", param.high))
        if value is not None
    ]
    name = f"{code(param.name)} {plain(param.about)}" if param.about else code(param.name)
    direction = _TIGHTER["loosen" if param.loosen else param.tighten]
    value = _whole(param)
    whose = basis(param) if param.basis else ""
    return name, value, whose, ", ".join(bounds), direction


def _whole(param: Param) -> str:
    """The value; of a list every item."""
    form = form_of(param.default)
    item = getattr(param.type, "of", None)
    if isinstance(form, list):
        return codes(words(item, one) for one in form) or "none"
    return plain(words(param.type, form))


def _fix(rule: Rule) -> Iterator[str]:
    rows = [
        (_SYSTEMS[system], plain(written(rule.fix[system])))
        for system in SYSTEMS
        if system in rule.fix
    ]
    if len(rows) == 1 and "any" in rule.fix:
        yield f"To mend it: {rows[0][1]}"
        yield ""
        return
    yield from table(("system", "to mend it"), rows)
