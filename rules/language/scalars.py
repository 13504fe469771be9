"""Is a value the one text, word, number or truth that its key asks for?

One reader a kind. Each gives the value if it is sound, or None after it told what is wrong.
"""

import re
from functools import cache

from rules.language import leaves
from rules.language.controls import citations
from rules.language.document import Scalar, Value
from rules.language.forms.base import (
    Citation,
    Kind,
    Known,
    Leaf,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Truth,
    Whole,
    Word,
)
from rules.language.here import Here
from rules.language.suggest import did_you_mean

_FEW = 12
_WORDS: dict[type, str] = {
    Leaf: "an expression",
    Whole: "a whole number",
    Truth: "true or false",
    ListOf: "a list",
    Named: "names with values",
    Record: "keys with values",
}


def words(kind: Kind) -> str:
    """What a kind is, in words."""
    return _WORDS.get(type(kind), "text")


def scalar(kind: Kind, value: Value, here: Here) -> Scalar | None:
    """One value, of whatever kind."""
    if isinstance(value, Scalar):
        return value
    here.say("DL103", f"{here.key} is {words(kind)}", value)
    return None


def plain(kind: Kind, value: Value, here: Here) -> Scalar | None:
    """Text that every reader of YAML takes for text."""
    if not isinstance(value, Scalar) and value.is_flow:
        leaves.tell_bracket(here.key, value, here.teller)
        return None
    found = scalar(kind, value, here)
    if found is not None and found.reads_as:
        help_ = _quoted(kind, found.text[:40])
        message = f"{here.key} is text, and {found.text[:40]} reads as {found.reads_as}"
        here.say("DL007", message, found, help_)
        return None
    return found


def _quoted(kind: Kind, text: str) -> str:
    """What to write instead: the same in quotes, where that is all that is wrong with it."""
    spelt = kind.spelt if isinstance(kind, Text) else None
    if spelt is None or _pattern(spelt.pattern).fullmatch(text):
        return f'put quotes around it: "{text}"'
    return spelt.such_as


def text(kind: Text, value: Value, here: Here) -> Scalar | None:
    """Text, not empty and on one line, spelt as its key asks."""
    found = plain(kind, value, here)
    if found is None:
        return None
    if not found.text.strip():
        here.say("DL107", f"{here.key} is empty", found)
        return None
    if leaves.tell_control(here.key, found, here.teller):
        return None
    if "\n" in found.text:
        help_ = "write it on one line, or begin it with >-"
        here.say("DL103", f"{here.key} is one line of text", found, help_)
        return None
    if kind.limit is not None and len(found.text) > kind.limit:
        here.say("DL103", f"{here.key} is at most {kind.limit} characters long", found)
    return found if kind.spelt is None or is_spelt(kind.spelt, found, here) else None


def is_spelt(spelt: Spelling, text: Scalar, here: Here) -> bool:
    """Is a text spelt so? If not, that is told."""
    is_short = spelt.limit is None or len(text.text) <= spelt.limit
    if is_short and _pattern(spelt.pattern).fullmatch(text.text):
        return True
    here.say(spelt.code, f"{text.text[:60]!r} is no {spelt.what}", text, spelt.such_as)
    return False


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def leaf(_kind: Leaf, value: Value, here: Here) -> Scalar | None:
    """An expression."""
    return leaves.read(here.key, value, here.teller)


def word(kind: Word, value: Value, here: Here) -> Scalar | None:
    """A word of a closed set."""
    found = scalar(kind, value, here)
    if found is None or found.text in kind.words:
        return found
    help_ = did_you_mean(found.text, kind.words) or f"it is one of {', '.join(kind.words)}"
    here.say("DL103", f"{here.key} is never {found.text[:40]!r}", found, help_)
    return None


def known(kind: Known, value: Value, here: Here) -> Scalar | None:
    """The name of something that this release has."""
    name = plain(kind, value, here)
    names = kind.names()
    if name is None or name.text in names:
        return name
    few = f"it is one of {', '.join(names)}" if len(names) <= _FEW else ""
    meant = kind.meant(name.text) if kind.meant is not None else ""
    help_ = meant or did_you_mean(name.text, names) or few
    here.say(kind.code, f"there is no {kind.what} {name.text[:40]!r}", name, help_)
    return None


def citation(kind: Citation, value: Value, here: Here) -> Scalar | None:
    """A source that stands under this basis."""
    named = plain(kind, value, here)
    if named is None or not citations().check(here.teller, kind.basis, named):
        return None
    if kind.sets_number and not citations().sets_number(named.text):
        help_ = "basis: practice_policy, or benchmark with its source"
        here.say(
            "DL110", f"{named.text} sets no number: the law in force seldom does", named, help_
        )
        return None
    return named


def whole(kind: Whole, value: Value, here: Here) -> Scalar | None:
    """A whole number."""
    number = scalar(kind, value, here)
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


def truth(kind: Truth, value: Value, here: Here) -> Scalar | None:
    """`true` or `false`."""
    found = scalar(kind, value, here)
    if found is None or found.as_bool() is not None:
        return found
    if found.means_bool is not None:
        message = f"{here.key} is true or false, and not every reader takes {found.text} for that"
        here.say("DL007", message, found, f"write {str(found.means_bool).lower()}")
        return None
    here.say("DL103", f"{here.key} is true or false", found)
    return None
