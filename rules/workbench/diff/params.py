"""How do the params of a rule differ, by what their author declared?

What a tailoring may do counts too: wider bounds, or a direction no longer declared, loosen.
"""

from collections.abc import Iterator

from rules.compiled.literal import Literal
from rules.compiled.rule import Param, Rule
from rules.compiled.tighten import Change as Declared
from rules.compiled.tighten import compare
from rules.engine.unparse import constant
from rules.workbench.diff.kinds import Change, Kind

_DECLARED = {
    Declared.SAME: Kind.REWORDED,
    Declared.TIGHTENED: Kind.TIGHTENED,
    Declared.LOOSENED: Kind.LOOSENED,
    Declared.CHANGED: Kind.CHANGED,
}


def changed_params(before: Rule, after: Rule) -> Iterator[Change]:
    """Params that were added, are gone, or differ."""
    for name in sorted({*before.params, *after.params}):
        old, new = before.params.get(name), after.params.get(name)
        key = f"params.{name}"
        if old is None and new is not None:
            yield Change(after.id, Kind.ADDED, key, None, _said(new))
        elif new is None and old is not None:
            yield Change(after.id, Kind.GONE, key, _said(old), None)
        elif old is not None and new is not None:
            for kind, what, *texts in _differences(old, new):
                yield Change(after.id, kind, f"{key}{what}", *texts)


def _said(param: Param) -> str:
    return f"{param.type_text}, default {constant(param.default)}"


_Row = tuple[Kind, str, str | None, str | None]


def _differences(old: Param, new: Param) -> Iterator[_Row]:
    if old.type_text != new.type_text:
        yield Kind.CHANGED, ".type", old.type_text, new.type_text
        return
    if old.default != new.default:
        yield _default(old, new), "", constant(old.default), constant(new.default)
    yield from _bound(".min", old.low, new.low, is_low=True)
    yield from _bound(".max", old.high, new.high, is_low=False)
    if _direction(old) != _direction(new):
        yield _declared(old, new), ".tighten", _direction(old), _direction(new)
    for key in ("basis", "source", "about"):
        texts = getattr(old, key), getattr(new, key)
        if texts[0] != texts[1]:
            yield Kind.REWORDED, f".{key}", *texts


def _default(old: Param, new: Param) -> Kind:
    """By the direction that was declared before, if it is declared still."""
    if _direction(old) != _direction(new):
        return Kind.CHANGED
    return _DECLARED[compare(new, new.default, old.default)]


def _declared(old: Param, new: Param) -> Kind:
    """Without a direction a tailoring may set what it likes."""
    if _direction(old) is None:
        return Kind.TIGHTENED
    return Kind.LOOSENED if _direction(new) is None else Kind.CHANGED


def _direction(param: Param) -> str | None:
    return "loosen" if param.loosen else param.tighten


def _bound(what: str, old: Literal | None, new: Literal | None, *, is_low: bool) -> Iterator[_Row]:
    if old == new:
        return
    before, after = (None if value is None else constant(value) for value in (old, new))
    if old is None or new is None:
        kind = Kind.TIGHTENED if old is None else Kind.LOOSENED
    else:
        is_narrower = (new.value > old.value) == is_low
        kind = Kind.TIGHTENED if is_narrower else Kind.LOOSENED
    yield kind, what, before, after
