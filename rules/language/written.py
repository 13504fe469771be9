"""How is a value of the language written in YAML, where its type is known?

Durations, timestamps and versions are text that must read as such; numbers and bools are YAML's,
in one spelling; what YAML readers take for different things is refused (DL007).
"""

import re

from rules.compiled.literal import INT_MAX, INT_MIN, Literal
from rules.compiled.operations import kind
from rules.facts.types import Enum, List, Type
from rules.facts.types import Scalar as ScalarType
from rules.language.document import Scalar, Sequence, Value
from rules.language.entry import Says
from rules.language.near import READERS, reads, write
from rules.language.suggest import did_you_mean

_IS_INT = re.compile(r"-?[0-9]+")
_HINTS = {
    "bool": "true or false",
    "int": "digits alone: 1000, not 1_000 or 1e3",
    "double": "such as 1.5",
}


def read_value(of: Type, value: Value, teller: Says) -> Literal | None:
    """A value of a type; None if it is none, with a problem."""
    if isinstance(of, List):
        return _list(of, value, teller)
    if not isinstance(value, Scalar):
        teller.say("DL103", f"this is one {kind(of)}, not more", value.place)
        return None
    if _is_from_text(of) and value.reads_as and _fits_quoted(of, value):
        message = f"this is a {kind(of)}, and {value.text[:40]} reads as {value.reads_as}"
        teller.say("DL007", message, value.place, f'put quotes around it: "{value.text[:40]}"')
        return None
    return _enum(of, value, teller) if isinstance(of, Enum) else _scalar(of, value, teller)


def _is_from_text(of: Type) -> bool:
    return isinstance(of, Enum) or kind(of) in ("string", "caseless", *READERS)


def _fits_quoted(of: Type, value: Scalar) -> bool:
    """Are quotes all that is wrong with it?"""
    return kind(of) not in READERS or reads(kind(of), value.text)


def _list(of: List, value: Value, teller: Says) -> Literal | None:
    if not isinstance(value, Sequence):
        teller.say("DL103", "this is a list", value.place, "write [one, two]")
        return None
    items = [read_value(of.of, item, teller) for item in value.items]
    sound = tuple(item for item in items if item is not None)
    return Literal("list", sound) if len(sound) == len(items) else None


def _enum(of: Enum, value: Scalar, teller: Says) -> Literal | None:
    if value.text in of.values:
        return Literal("enum", value.text)
    help_ = did_you_mean(value.text, of.values) or f"it is one of {', '.join(of.values)}"
    teller.say("DL306", f"this is never {value.text[:40]!r}", value.place, help_)
    return None


def _scalar(of: Type, value: Scalar, teller: Says) -> Literal | None:
    name = of.name if isinstance(of, ScalarType) else ""
    read = _read(name, value)
    if read is not None:
        return read
    if name in READERS:
        help_ = write(name, value.text)
        teller.say("DL305", f"{value.text[:40]!r} is no {name}", value.place, help_)
    elif name == "int" and _IS_INT.fullmatch(value.text):
        message = f"{value.text[:40]} is no 64-bit number"
        teller.say("DL204", message, value.place, f"at most {INT_MAX}, at least {INT_MIN}")
    else:
        teller.say("DL103", f"{value.text[:40]!r} is no {name}", value.place, _HINTS.get(name, ""))
    return read


def _read(name: str, value: Scalar) -> Literal | None:
    if name in READERS:
        try:
            return Literal(name, READERS[name](value.text))
        except ValueError:
            return None
    reads = {"bool": value.as_bool, "int": value.as_int, "double": value.as_double}
    read = reads[name]() if name in reads else value.text
    if read is None or (name == "int" and not INT_MIN <= int(read) <= INT_MAX):
        return None
    return Literal(name, read)
