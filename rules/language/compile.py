"""How do checked rules become the one file that machines get? The same sources, the same bytes."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath

from rules.compiled import canonical, literal, tree
from rules.compiled.canonical import Json
from rules.compiled.pack import FORM, LANGUAGE
from rules.compiled.rule import Clause, Over, Param, Quantifier, Rule, Template
from rules.language.files import PackSource


def compile_pack(
    pack: PackSource, rules: Iterable[Rule], digests: Mapping[str, str], citations: str
) -> bytes:
    """The canonical bytes of a pack; `digests` holds the sha256 of each source file by name."""
    files = sorted(digests, key=lambda file: PurePath(file).name)
    return canonical.encode(
        {
            "dentinel": FORM,
            "language": LANGUAGE,
            "pack": pack.pack,
            "version": pack.version,
            "title": pack.title,
            "requires_facts": pack.requires_facts,
            "sources": [[PurePath(file).name, digests[file]] for file in files],
            "citations": citations,
            "retired": [list(one) for one in pack.retired],
            "rules": [_rule(rule, files) for rule in sorted(rules, key=lambda rule: rule.id)],
        }
    )


def _rule(rule: Rule, files: Sequence[str]) -> dict[str, Json]:
    wire = {
        "id": rule.id,
        "title": rule.title,
        "plain": rule.plain,
        "severity": rule.severity,
        "controls": list(rule.controls),
        "cite": {basis: list(named) for basis, named in rule.cite.items()},
        "needs": rule.needs,
        "place": _place(rule, files),
        "params": {name: _param(param) for name, param in rule.params.items()},
        "define": [[name, tree.write(node, files)] for name, node in rule.define.items()],
        "when": None if rule.when is None else tree.write(rule.when, files),
        "must": [_clause(clause, files) for clause in rule.must],
        "fix": {system: _template(text) for system, text in rule.fix.items()},
        "tags": list(rule.tags),
        "since": rule.since,
        "replaces": list(rule.replaces),
        **_over(rule.over, files),
    }
    return _without_empty(wire)


def _over(over: Over | None, files: Sequence[str]) -> dict[str, Json]:
    if over is None:
        return {}
    wire: dict[str, Json] = {
        str(over.quantifier): ".".join(over.path),
        "item": over.item,
        "where": [tree.write(node, files) for node in over.where],
    }
    if over.quantifier is Quantifier.EVERY:
        wire["each_must"] = [_clause(clause, files) for clause in over.clauses]
        wire["if_none"] = str(over.if_none)
    else:
        wire["say"] = _template(over.clauses[0].say)
    if over.quantifier is Quantifier.SOME:
        wire["at_least"] = over.at_least
    return wire


def _clause(clause: Clause, files: Sequence[str]) -> dict[str, Json]:
    that = None if clause.that is None else tree.write(clause.that, files)
    return {"that": that, "say": _template(clause.say)}


def _param(param: Param) -> dict[str, Json]:
    wire = {
        "type": param.type_text,
        "default": literal.write(param.default),
        "min": None if param.low is None else literal.write(param.low),
        "max": None if param.high is None else literal.write(param.high),
        "tighten": param.tighten,
        "loosen": param.loosen or None,
        "basis": param.basis,
        "source": param.source,
        "about": param.about,
    }
    return _without_empty(wire)


def _template(text: Template) -> list[Json]:
    return [part if isinstance(part, str) else list(part) for part in text]


def _place(rule: Rule, files: Sequence[str]) -> list[int]:
    place = rule.place
    return [files.index(place.file), place.line, place.column, place.end]


def _without_empty(wire: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in wire.items() if value not in (None, [], {})}
