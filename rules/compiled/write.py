"""Which bytes stand for a pack? The same pack, the same bytes; `rules.compiled.pack` reads them.

Rules stand sorted by id, sources by the name of the file alone, wherever it lay; what is empty is
left out.
"""

from collections.abc import Sequence
from pathlib import PurePath

from rules.compiled import attestation, canonical, literal, tree
from rules.compiled.attestation import Attestation
from rules.compiled.canonical import Json
from rules.compiled.rule import Clause, Over, Pack, Param, Quantifier, Rule, Template
from rules.errors import Place

FORM = "pack/v1"
LANGUAGE = 1


def write(pack: Pack) -> bytes:
    """The canonical bytes of a pack; its `sha256` is of them, and is not read."""
    sources = sorted((PurePath(path).name, path, digest) for path, digest in pack.sources)
    files = [path for _, path, _ in sources]
    return canonical.encode(
        {
            "dentinel": FORM,
            "language": LANGUAGE,
            "pack": pack.pack,
            "version": pack.version,
            "title": pack.title,
            "requires_facts": pack.requires_facts,
            "sources": [[name, digest] for name, _, digest in sources],
            "citations": pack.citations,
            "retired": [list(one) for one in sorted(pack.retired)],
            "rules": [_rule(rule, files) for rule in sorted(pack.rules, key=_by_id)],
            "attestations": [
                attestation.write(kind) for kind in sorted(pack.attestations, key=_by_id)
            ],
        }
    )


def _by_id(one: Rule | Attestation) -> str:
    return one.id


def _rule(rule: Rule, files: Sequence[str]) -> dict[str, Json]:
    wire = {
        "id": rule.id,
        "title": rule.title,
        "plain": rule.plain,
        "severity": rule.severity,
        "controls": list(rule.controls),
        "cite": {basis: list(named) for basis, named in rule.cite.items()},
        "needs": rule.needs,
        "place": _place(rule.place, files),
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


def _place(place: Place, files: Sequence[str]) -> list[int]:
    return [files.index(place.file), place.line, place.column, place.end]


def _without_empty(wire: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in wire.items() if value not in (None, [], {})}
