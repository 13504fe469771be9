"""What does one rule ask, and of whom; what may a practice change, and how is it mended?"""

from collections.abc import Iterator

from rules.compiled.literal import plain as form_of
from rules.compiled.rule import SYSTEMS, Over, Param, Quantifier, Rule
from rules.compiled.tree import Node
from rules.engine.unparse import unparse
from rules.engine.words import basis, words
from rules.facts.confirmed import by_system, caveat
from rules.facts.types import List
from rules.workbench.diff.texts import written
from rules.workbench.docs.sources import SOURCES, cited, controls
from rules.workbench.markdown import code, codes, plain, table

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
    Quantifier.SOME: "At least {n} of {path}",
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


def rule_lines(rule: Rule) -> Iterator[str]:
    """The section of a rule."""
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
    for system, missing in by_system(rule.reads).items():
        yield f"Of these {caveat([system])}: {codes(missing)}."
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
    may = "may" if over.quantifier is Quantifier.NO else "must"
    yield f"{head} {may} be such that all of these hold:"
    yield ""
    yield from (f"- {leaf}" for leaf in where)
    yield ""
    yield f"Else it says: {code(written(over.clauses[0].say))}"
    yield ""


def _among(where: list[str]) -> str:
    return f" with {' and '.join(where)}" if where else ""


def _leaf(node: Node) -> str:
    return code(unparse(node, lambda name: f"params.{name}"))


def _sources(rule: Rule) -> Iterator[str]:
    rows = [(SOURCES[source], named) for source, named in cited(rule.cite)]
    rows.append(("Controls of the guide", controls(rule.controls)))
    yield from table(("source", "reference"), rows)


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
    if isinstance(param.type, List):
        item = param.type.of
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
