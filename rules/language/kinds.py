"""Is a value of the kind that its key asks for?

One reader a kind. Each gives what is sound, or None after it told what is wrong.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rules.language import leaves, scalars
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.entry import Entry, Names, Sound
from rules.language.forms.base import (
    Anything,
    Citation,
    Either,
    Kind,
    Known,
    Leaf,
    ListOf,
    Named,
    Record,
    Text,
    Truth,
    ValueOf,
    Whole,
    Word,
)
from rules.language.here import Here
from rules.language.written import read_value


def read(kind: Kind, value: Value, here: Here) -> Sound | None:
    """What is sound of a value; None if it is not of the kind, and that was told."""
    found = _read(kind, value, here)
    if found is None:
        here.teller.broken.append(here.key)
    return found


def _read(kind: Kind, value: Value, here: Here) -> Sound | None:
    if here.teller.is_full or (isinstance(value, Scalar) and value.is_spoilt):
        return None
    if isinstance(value, Scalar) and value.is_null and not isinstance(kind, Anything):
        help_ = "write one, or leave the key out"
        here.say("DL107", f"{here.key} has no value", value, help_)
        return None
    return _READERS[type(kind)](kind, value, here)


def _value_of(kind: ValueOf, value: Value, here: Here) -> Value | None:
    named = here.of.get(kind.key)
    of = kind.types().get(named.text) if isinstance(named, Scalar) else None
    return value if of is None or read_value(of, value, here.teller) is not None else None


def _anything(_kind: Anything, value: Value, _here: Here) -> Value:
    return value


def _list(kind: ListOf, value: Value, here: Here) -> tuple[Sound, ...] | None:
    if not isinstance(value, Sequence):
        here.say("DL103", f"{here.key} is a list", value, f"write {_example(kind)}")
        return None
    if len(value.items) < kind.least:
        here.say("DL107", f"{here.key} is empty", value)
    if kind.most is not None and len(value.items) > kind.most:
        message = f"{here.key} holds at most {kind.most}, not {len(value.items)}"
        here.say("DL003", message, value.items[kind.most], "split it")
    items = value.items[: kind.most]
    _tell_doubles(kind, items, here)
    inner = replace(here, key=f"an entry of {here.key}", is_item=True)
    found = [read(kind.of, item, inner) for item in items]
    return tuple(one for one in found if one is not None)


def _tell_doubles(kind: ListOf, items: tuple[Value, ...], here: Here) -> None:
    first: dict[str, Scalar] = {}
    for item in items if kind.is_unique or kind.unique_by else ():
        name = item.get(kind.unique_by) if kind.unique_by and isinstance(item, Mapping) else item
        if not isinstance(name, Scalar) or here.teller.is_full:
            continue
        before = first.setdefault(name.text, name)
        if before is not name:
            what = f"{kind.unique_by} " if kind.unique_by else ""
            message = f"the {what}{name.text[:48]!r} stands twice in {here.key}"
            here.say("DL105", message, name, f"it stands in line {before.line} already")


def _named(kind: Named, value: Value, here: Here) -> Names | None:
    if not isinstance(value, Mapping):
        help_ = f"write {kind.spelt.such_as}: …"
        here.say("DL103", f"{here.key} is names with values", value, help_)
        return None
    if kind.most is not None and len(value.entries) > kind.most:
        message = f"{here.key} holds at most {kind.most}, not {len(value.entries)}"
        here.say("DL003", message, value.entries[kind.most][0])
    found: list[tuple[Scalar, Sound]] = []
    for name, of in value.entries[: kind.most]:
        scalars.is_spelt(kind.spelt, name, here)
        sound = read(kind.of, of, replace(here, key=name.text[:40], is_item=False))
        if sound is not None:
            found.append((name, sound))
    return Names(tuple(found))


def _either(kind: Either, value: Value, here: Here) -> Sound | None:
    for one in kind.kinds:
        if isinstance(value, _NODES.get(type(one), Scalar)):
            return read(one, value, here)
    if Leaf() in kind.kinds:
        return leaves.read(here.key, value, here.teller)
    words = " or ".join(scalars.words(one) for one in kind.kinds)
    here.say("DL103", f"{here.key} is {words}", value)
    return None


def _record(kind: Record, value: Value, here: Here) -> Entry | None:
    if isinstance(value, Mapping):
        return here.record(kind, value, here.teller)
    help_ = f"write {'- ' if here.is_item else ''}{_example(kind)}"
    here.say("DL103", f"{kind.what} has keys", value, help_)
    return None


_NODES: dict[type, type] = {ListOf: Sequence, Named: Mapping, Record: Mapping}
_READERS: dict[type, Callable[[Any, Value, Here], Sound | None]] = {
    Text: scalars.text,
    Leaf: scalars.leaf,
    Word: scalars.word,
    Known: scalars.known,
    Citation: scalars.citation,
    Whole: scalars.whole,
    Truth: scalars.truth,
    ValueOf: _value_of,
    Anything: _anything,
    ListOf: _list,
    Named: _named,
    Either: _either,
    Record: _record,
}


def _example(kind: Kind) -> str:
    """What a value of the kind looks like."""
    if isinstance(kind, ListOf):
        inner = _example(kind.of)
        return f"- {inner}" if isinstance(kind.of, Record) else "[one, two]"
    keys = kind.keys if isinstance(kind, Record) else ()
    needed = [key.name for key in keys if key.is_required] or [key.name for key in keys[:1]]
    return f"{{{', '.join(f'{name}: …' for name in needed)}}}"
