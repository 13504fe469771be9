"""What may leave a machine at all?

The catalogue marks each field of a fact (rules.facts.types); here the marks are obeyed, at
sealing (`redact…`), at intake and in the verifier (`check…`), by one walk over the same types:

- no mark: bool, int, duration, version, time and closed words; a string only with its pattern, at
  most 64 characters, none of them a control character;
- (P) the number that this machine gave the name: `user-3`;
- (K) `k:` and 12 characters of base64url(HMAC-SHA256(fact_key, path ‖ 0 ‖ value)): one stick is the
  same on two machines of a clinic. It hides from readers of exports, not from the controller;
- (L) nothing.

What does not fit its type or its pattern leaves as unknown (`unrecognised`), never as it is. The
item and the values seen of a verdict are fields of facts and obey the same marks. An error names
the place in words of the catalogue, never a value, and never a key that the catalogue lacks.
"""

import base64
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, TypeAlias

from evidence import places
from evidence.errors import LeavesTooMuch
from evidence.places import Place
from evidence.strict_json import Json
from rules.facts import form
from rules.facts.base import Why
from rules.facts.types import Enum, List, Mark, Nullable, Record, Scalar

LONGEST = 64
_KEYED = re.compile(r"k:[A-Za-z0-9_-]{12}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_CODES = frozenset(Why)
_UNRECOGNISED = {"$unknown": str(Why.UNRECOGNISED)}

Numbers: TypeAlias = Callable[[str, str], str]
"""The stable local number of a name: `numbers("user", "dr_lee")` is `user-3`."""


def redact(fact: str, value: Json, numbers: Numbers, key: bytes) -> Json:
    """What of a fact's value leaves; LeavesTooMuch if the catalogue has no such fact."""
    return _walk(_fact(fact), value, _Sealing(numbers, key))


def redact_item(path: str, item: str | None, numbers: Numbers, key: bytes) -> str | None:
    """As what an item of the list at `path` goes outside; null if nothing of it may leave."""
    place = places.of_list(path)
    if place is None or item is None:
        return None
    return _item(place, item, _Sealing(numbers, key))


def redact_seen(seen: Mapping[str, Json], numbers: Numbers, key: bytes) -> dict[str, Json]:
    """What of the values that a clause saw leaves; a path that the catalogue lacks does not."""
    gate = _Sealing(numbers, key)
    left = {}
    for path, value in seen.items():
        found = places.named(path)
        if found and found[0].leaves.mark is not Mark.LOCAL:
            left[path] = _walk(_fitting(found, value), value, gate)
    return left


def check(fact: str, value: Json) -> None:
    """LeavesTooMuch, unless this value is one that may have left."""
    _walk(_fact(fact), value, _CHECKING)


def check_seen(seen: Mapping[str, Json]) -> None:
    """LeavesTooMuch, unless these paths and values may have left."""
    for path, value in seen.items():
        found = places.named(path)
        if not found:
            raise LeavesTooMuch("a value seen, at a path that no fact has")
        if found[0].leaves.mark is Mark.LOCAL:
            _CHECKING.local(found[0])
        _walk(_fitting(found, value), value, _CHECKING)


def check_item(item: str | None, seen: Mapping[str, Json]) -> None:
    """LeavesTooMuch, unless an item that rules could have seen may go by this name.

    The values seen say of which list it is; where they are of none, it may be of any. But a name
    with a space could be a person's: it needs the list that it is said to come from.
    """
    if item is None:
        return
    words = {path.partition(".")[0] for path in seen}
    of_seen = [place for word in words for place in places.items_named(word)]
    possible = of_seen or ([] if " " in item else places.all_items())
    if not any(_may_go_by(place, item) for place in possible):
        raise LeavesTooMuch("an item of a verdict, by a name that no such item may have outside")


class _Gate(Protocol):
    """What the walk does where a mark decides."""

    def string(self, place: Place, value: str) -> Json: ...

    def local(self, place: Place) -> None: ...

    def misfit(self, place: Place) -> Json: ...


@dataclass(frozen=True, slots=True)
class _Sealing:
    """Clear values in, what may leave out."""

    numbers: Numbers
    key: bytes

    def string(self, place: Place, value: str) -> Json:
        match place.leaves.mark:
            case Mark.NUMBERED:
                numbered = self.numbers(place.noun, value)
                return numbered if _is_numbered(place.noun, numbered) else _UNRECOGNISED
            case Mark.KEYED:
                return keyed(self.key, place.path, value)
        return value if _is_open(place, value) else _UNRECOGNISED

    def local(self, place: Place) -> None:
        """It stays out: the walk goes on without it."""

    def misfit(self, place: Place) -> Json:  # noqa: ARG002 - the other gate names it
        return _UNRECOGNISED


class _Checking:
    """What has left in, the same out; anything else raises."""

    def string(self, place: Place, value: str) -> Json:
        match place.leaves.mark:
            case Mark.NUMBERED:
                fits = _is_numbered(place.noun, value)
            case Mark.KEYED:
                fits = _KEYED.fullmatch(value) is not None
            case _:
                fits = _is_open(place, value)
        return value if fits else self.misfit(place)

    def local(self, place: Place) -> None:
        raise LeavesTooMuch(f"{place.path} never leaves its machine")

    def misfit(self, place: Place) -> Json:
        raise LeavesTooMuch(f"{place.path} is not of the form in which it may leave")


_CHECKING = _Checking()


def keyed(key: bytes, path: str, value: str) -> str:
    """A value by which only the holder of the clinic's fact key can be sure to know it again."""
    mac = hmac.digest(
        key, path.encode() + b"\x00" + value.encode("utf-8", "surrogatepass"), "sha256"
    )
    return "k:" + base64.urlsafe_b64encode(mac).decode()[:12]


def _walk(place: Place, value: Json, gate: _Gate) -> Json:
    if isinstance(value, dict) and value.keys() == {"$unknown"}:
        return dict(value) if _is_code(value["$unknown"]) else gate.misfit(place)
    match place.type:
        case Nullable(inner):
            return None if value is None else _walk(place.inner(inner), value, gate)
        case List(inner):
            return _list(place.inner(inner), value, gate)
        case Record():
            return _record(place, place.type, value, gate)
        case Enum(values):
            return value if isinstance(value, str) and value in values else gate.misfit(place)
        case Scalar("string"):
            return gate.string(place, value) if isinstance(value, str) else gate.misfit(place)
    return value if _fits(place.type, value) else gate.misfit(place)


def _list(item: Place, value: Json, gate: _Gate) -> Json:
    if isinstance(value, list):
        return [_walk(item, inner, gate) for inner in value]
    if isinstance(value, dict) and value.keys() == {"$items", "$missing"}:
        items, missing = value["$items"], value["$missing"]
        if isinstance(items, list) and _is_code(missing):
            return {"$items": [_walk(item, i, gate) for i in items], "$missing": missing}
    return gate.misfit(item)


def _record(place: Place, record: Record, value: Json, gate: _Gate) -> Json:
    if not isinstance(value, dict):
        return gate.misfit(place)
    left = {}
    for name, inner in value.items():
        field = record.field(name)
        if field is None:
            gate.misfit(place)
        elif field.leaves.mark is Mark.LOCAL:
            gate.local(place.field(field))
        else:
            left[name] = _walk(place.field(field), inner, gate)
    return left


def _item(place: Place, item: str, gate: _Sealing) -> str | None:
    first = places.first_field(place)
    if first.leaves.mark is Mark.LOCAL:
        return None
    # By its place in the list goes an item whose first field was not read.
    if first.leaves.mark is not Mark.NUMBERED and _is_numbered(place.word, item):
        return item
    left = _walk(first, item, gate)
    return left if isinstance(left, str) else None


def _fitting(found: tuple[Place, ...], value: Json) -> Place:
    """Of the places that a path may mean, the one whose type the value has; else the first."""
    return next((p for p in found if _fits(p.type, value)), found[0])


def _may_go_by(item: Place, name: str) -> bool:
    first = places.first_field(item)
    if first.leaves.mark is Mark.LOCAL:
        return False
    try:
        _walk(first, name, _CHECKING)
    except LeavesTooMuch:
        return _is_numbered(item.word, name)
    return True


def _fact(name: str) -> Place:
    place = places.of_fact(name)
    if place is None:
        raise LeavesTooMuch("a fact that this catalogue does not have")
    return place


def _fits(of: Scalar | Enum | Nullable | List | Record, value: Json) -> bool:
    return next(form.misfits(of, value, ""), None) is None


def _is_code(value: Json) -> bool:
    return isinstance(value, str) and value in _CODES


def _is_numbered(noun: str, value: str) -> bool:
    head, _, number = value.rpartition("-")
    return head == noun and _NUMBER.fullmatch(number) is not None


def _is_open(place: Place, value: str) -> bool:
    pattern = place.leaves.pattern
    return (
        pattern is not None
        and len(value) <= LONGEST
        and value.isprintable()
        and _compiled(pattern).fullmatch(value) is not None
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
