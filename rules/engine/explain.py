"""What does a person read about a clause: what was found, what was wanted, how to mend it?

No sentence travels from a machine: whoever reads renders it from the pack. The command line has
clear values, the controller only those that left the machine; what stayed reads
"(on the machine)".
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from rules.compiled import catalogue, literal
from rules.compiled.canonical import Json
from rules.compiled.rule import Quantifier, Rule, Template
from rules.compiled.scope import PARAMS
from rules.compiled.tree import Node
from rules.engine.unparse import unparse
from rules.engine.words import ON_THE_MACHINE, clean, threshold, words
from rules.facts.types import INT, Type

Forms = Mapping[str, Json]
_NONE: Forms = MappingProxyType({})
_SILENT: Mapping[str, str] = MappingProxyType({})


class _Values(NamedTuple):
    """What a text may name: values of facts and params, and words for all else."""

    seen: Forms
    params: Forms
    told: Mapping[str, str]


def sentence(
    rule: Rule, clause: int, seen: Forms, params: Forms = _NONE, told: Mapping[str, str] = _SILENT
) -> str:
    """The `say` of a clause, with the values seen; `params` holds what is not the pack's.

    `told` has the words that only the machine itself knows: those of defines and sizes.
    IndexError if the rule has no such clause.
    """
    return _render(rule, rule.clauses[clause].say, _Values(seen, params, told))


def fix(rule: Rule, system: str, params: Forms = _NONE) -> str | None:
    """How to mend it on windows, macos or linux; None if the rule says nothing."""
    text = rule.fix.get(system, rule.fix.get("any"))
    return None if text is None else _render(rule, text, _Values(_NONE, params, _SILENT))


def expected(rule: Rule, clause: int, params: Forms = _NONE) -> str:
    """What was wanted, in words: `volume.protection is one of protected, suspended, locked`."""
    that = rule.clauses[clause].that
    if that is not None or rule.over is None:
        return clean(_wanted(rule, that, params)) if that is not None else ""
    where = " and ".join(_side(rule, leaf, "and", params) for leaf in rule.over.where)
    count = "no" if rule.over.quantifier is Quantifier.NO else f"at least {rule.over.at_least}"
    return clean(f"{count} {rule.over.item} with {where}")


def applies(rule: Rule, params: Forms = _NONE) -> str:
    """Where the rule applies, in words; empty if it applies everywhere."""
    return "" if rule.when is None else clean(_wanted(rule, rule.when, params))


def place(rule: Rule, clause: int) -> str:
    """Where the clause stands in the source of the pack: `disks.yaml:28`."""
    at = rule.clauses[clause].place
    return f"{at.file}:{at.line}"


def _render(rule: Rule, text: Template, values: _Values) -> str:
    parts = [p if isinstance(p, str) else _value(rule, p, values) for p in text]
    return clean("".join(parts))


def _value(rule: Rule, path: tuple[str, ...], values: _Values) -> str:
    if path[0] == PARAMS:
        return _param(rule, path[1], values.params)
    name = ".".join(path)
    if name in values.told:
        return values.told[name]
    return words(_type(path), values.seen[name]) if name in values.seen else ON_THE_MACHINE


def _type(path: tuple[str, ...]) -> Type | None:
    field = catalogue.field(path)
    return INT if path[-1] == "size()" else field.type if field else None


def _param(rule: Rule, name: str, params: Forms) -> str:
    param = rule.params[name]
    return threshold(param, params.get(name, literal.plain(param.default)))


def _text(rule: Rule, node: Node, params: Forms) -> str:
    return unparse(node, lambda name: _param(rule, name, params))


def _wanted(rule: Rule, node: Node, params: Forms) -> str:
    """A sentence for the usual shapes, else the expression itself."""
    name = node.op.partition(".")[0]
    if name == "in" and node.args[1].op in ("list", "value", "get"):
        items = _text(rule, node.args[1], params).removeprefix("[").removesuffix("]")
        return f"{_text(rule, node.args[0], params)} is one of {items.replace(chr(34), '')}"
    if name in _ASKED:
        one, other = (_text(rule, part, params) for part in node.parts)
        return f"{one} {_ASKED[name]} {other.replace(chr(34), '')}"
    if name in _LOOPS:
        over, body = (part(rule, node.parts[n], params) for n, part in enumerate((_text, _wanted)))
        return f"{_LOOPS[name]} {node.args[1]} of {over}: {body}"
    if name in ("and", "or"):
        return f" {name} ".join(_side(rule, part, name, params) for part in node.parts)
    return _text(rule, node, params)


def _side(rule: Rule, node: Node, inside: str, params: Forms) -> str:
    text = _wanted(rule, node, params)
    return f"({text})" if node.op in ("and", "or") and node.op != inside else text


_LOOPS = {"all": "every", "exists": "some", "exists_one": "exactly one"}
_ASKED = {
    "eq": "is",
    "ne": "is not",
    "lt": "is below",
    "le": "is at most",
    "gt": "is above",
    "ge": "is at least",
}
