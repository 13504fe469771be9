"""Is a value of the kind that its key asks for?

One reader a kind. Each gives what is sound, or None after it told what is wrong.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from rules.language import leaves
from rules.language.controls import citations
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.entry import Entry, Names, Sound, Teller
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
    Spelling,
    Text,
    Truth,
    ValueOf,
    Whole,
    Word,
)
from rules.language.suggest import did_you_mean
from rules.language.written import read_value

_FEW = 12


@dataclass(frozen=True, slots=True)
class Here:
    """What is read (a key, or an item of its list), the mapping around it, who reads records."""

    key: str
    of: Mapping
    teller: Teller
    record: Callable[[Record, Mapping, Teller], Entry]
    is_item: bool = False

    def say(self, code: str, message: str, value: Value, help_: str = "") -> None:
        """Note a problem of a value."""
        self.teller.say(code, message, value.place, help_)


def read(kind: Kind, value: Value, here: Here) -> Sound | None:
    """What is sound of a value; None if it is not of the kind, and that was told."""
    found = _read(kind, value, here)
    if found is None:
        here.teller.broken.append(here.key)
    return found


def _read(kind: Kind, value: Value, here: Here) -> Sound | None:
    if isinstance(value, Scalar) and value.is_spoilt:
        return None
    if isinstance(value, Scalar) and value.is_null and not isinstance(kind, Anything):
        help_ = "write one, or leave the key out"
        here.say("DL107", f"{here.key} has no value", value, help_)
        return None
    return _READERS[type(kind)](kind, value, here)


def _scalar(kind: Kind, value: Value, here: Here) -> Scalar | None:
    if isinstance(value, Scalar):
        return value
    here.say("DL103", f"{here.key} is {_words(kind)}", value)
    return None


def _plain(kind: Kind, value: Value, here: Here) -> Scalar | None:
    """Text that every reader of YAML takes for text."""
    if not isinstance(value, Scalar) and value.is_flow:
        leaves.tell_bracket(here.key, value, here.teller)
        return None
    text = _scalar(kind, value, here)
    if text is not None and text.reads_as:
        help_ = f'put quotes around it: "{text.text[:40]}"'
        message = f"{here.key} is text, and {text.text[:40]} reads as {text.reads_as}"
        here.say("DL007", message, text, help_)
        return None
    return text


def _text(kind: Text, value: Value, here: Here) -> Scalar | None:
    text = _plain(kind, value, here)
    if text is None:
        return None
    if not text.text.strip():
        here.say("DL107", f"{here.key} is empty", text)
        return None
    if leaves.tell_control(here.key, text, here.teller):
        return None
    if "\n" in text.text:
        help_ = "write it on one line, or begin it with >-"
        here.say("DL103", f"{here.key} is one line of text", text, help_)
        return None
    if kind.limit is not None and len(text.text) > kind.limit:
        here.say("DL103", f"{here.key} is at most {kind.limit} characters long", text)
    return text if kind.spelt is None or _is_spelt(kind.spelt, text, here) else None


def _is_spelt(spelt: Spelling, text: Scalar, here: Here) -> bool:
    is_short = spelt.limit is None or len(text.text) <= spelt.limit
    if is_short and _pattern(spelt.pattern).fullmatch(text.text):
        return True
    here.say(spelt.code, f"{text.text[:60]!r} is no {spelt.what}", text, spelt.such_as)
    return False


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _leaf(_kind: Leaf, value: Value, here: Here) -> Scalar | None:
    return leaves.read(here.key, value, here.teller)


def _word(kind: Word, value: Value, here: Here) -> Scalar | None:
    word = _scalar(kind, value, here)
    if word is None or word.text in kind.words:
        return word
    help_ = did_you_mean(word.text, kind.words) or f"it is one of {', '.join(kind.words)}"
    here.say("DL103", f"{here.key} is never {word.text[:40]!r}", word, help_)
    return None


def _known(kind: Known, value: Value, here: Here) -> Scalar | None:
    name = _plain(kind, value, here)
    names = kind.names()
    if name is None or name.text in names:
        return name
    few = f"it is one of {', '.join(names)}" if len(names) <= _FEW else ""
    help_ = did_you_mean(name.text, names) or few
    here.say(kind.code, f"there is no {kind.what} {name.text[:40]!r}", name, help_)
    return None


def _citation(kind: Citation, value: Value, here: Here) -> Scalar | None:
    named = _plain(kind, value, here)
    if named is None or not citations().check(here.teller, kind.basis, named):
        return None
    if kind.sets_number and not citations().sets_number(named.text):
        help_ = "basis: practice_policy, or benchmark with its source"
        here.say(
            "DL110", f"{named.text} sets no number: the law in force seldom does", named, help_
        )
        return None
    return named


def _whole(kind: Whole, value: Value, here: Here) -> Scalar | None:
    number = _scalar(kind, value, here)
    if number is None:
        return None
    read_ = number.as_int()
    if kind.only is not None and read_ != kind.only:
        help_ = f"write {here.key}: {kind.only}"
        here.say("DL108", f"this release reads {here.key} {kind.only}", number, help_)
        return None
    if read_ is None or read_ < kind.least:
        here.say("DL103", f"{here.key} is a whole number of at least {kind.least}", number)
        return None
    return number


def _truth(kind: Truth, value: Value, here: Here) -> Scalar | None:
    truth = _scalar(kind, value, here)
    if truth is None or truth.as_bool() is not None:
        return truth
    if truth.means_bool is not None:
        message = f"{here.key} is true or false, and not every reader takes {truth.text} for that"
        here.say("DL007", message, truth, f"write {str(truth.means_bool).lower()}")
        return None
    here.say("DL103", f"{here.key} is true or false", truth)
    return None


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
        if not isinstance(name, Scalar):
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
        _is_spelt(kind.spelt, name, here)
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
    words = " or ".join(_words(one) for one in kind.kinds)
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
    Text: _text,
    Leaf: _leaf,
    Word: _word,
    Known: _known,
    Citation: _citation,
    Whole: _whole,
    Truth: _truth,
    ValueOf: _value_of,
    Anything: _anything,
    ListOf: _list,
    Named: _named,
    Either: _either,
    Record: _record,
}
_WORDS: dict[type, str] = {
    Leaf: "an expression",
    Whole: "a whole number",
    Truth: "true or false",
    ListOf: "a list",
    Named: "names with values",
    Record: "keys with values",
}


def _words(kind: Kind) -> str:
    return _WORDS.get(type(kind), "text")


def _example(kind: Kind) -> str:
    """What a value of the kind looks like."""
    if isinstance(kind, ListOf):
        inner = _example(kind.of)
        return f"- {inner}" if isinstance(kind.of, Record) else "[one, two]"
    keys = kind.keys if isinstance(kind, Record) else ()
    needed = [key.name for key in keys if key.is_required] or [key.name for key in keys[:1]]
    return f"{{{', '.join(f'{name}: …' for name in needed)}}}"
