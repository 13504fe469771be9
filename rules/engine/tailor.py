"""Which values do the params of a rule have on this machine, and who set them?"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.compiled import literal
from rules.compiled.canonical import Json
from rules.compiled.rule import Param, Rule
from rules.engine.decode import decode, of_literal
from rules.engine.values import Gap, Listing, Value, gap_in
from rules.errors import Misused


@dataclass(frozen=True, slots=True)
class Effective:
    """A param as it was judged by: its value, in the engine and in JSON form, and its origin."""

    param: Param
    value: Value
    form: Json
    origin: str

    def to_json(self) -> dict[str, Json]:
        """Value, origin, and whose word the pack's value is."""
        basis = {"basis": self.param.basis} if self.param.basis else {}
        source = {"source": self.param.source} if self.param.source else {}
        return {"value": self.form, "origin": self.origin, **basis, **source}


def effective(rule: Rule, changed: Mapping[str, Json]) -> dict[str, Effective]:
    """The params of a rule with what was changed; Misused if a value does not fit its param."""
    unknown = min(changed.keys() - rule.params.keys(), default=None)
    if unknown is not None:
        raise Misused(f"{rule.id} has no param {unknown!r}; it has {', '.join(rule.params)}")
    return {
        name: _set(rule, param, changed[name]) if name in changed else _default(param)
        for name, param in rule.params.items()
    }


def _default(param: Param) -> Effective:
    return Effective(param, of_literal(param.default), literal.plain(param.default), "pack")


def _set(rule: Rule, param: Param, form: Json) -> Effective:
    value = decode(param.type, form, param.name)
    if value.__class__ is Gap or (isinstance(value, Listing) and not _is_whole(value)):
        raise Misused(f"{rule.id}: {form!r:.60} is no {param.type_text} for {param.name}")
    if _is_outside(param, value):
        raise Misused(f"{rule.id}: {form!r:.60} lies outside min and max of {param.name}")
    return Effective(param, value, form, "given")


def _is_whole(listing: Listing) -> bool:
    return listing.missing is None and gap_in(listing.items) is None


def _is_outside(param: Param, value: Value) -> bool:
    if param.low is not None and value < param.low.value:
        return True
    return param.high is not None and value > param.high.value
