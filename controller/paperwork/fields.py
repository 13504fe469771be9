"""What did somebody type into a field, and does it fit the field's type?

One set of types serves statements and registers. Text that no page could show whole is refused:
characters that nobody sees, and more than 500 of any (3,000 in a list). A type that this release
does not know is text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from controller.legible import is_legible
from rules.compiled import instants
from rules.compiled.attestation import Attestation as Kind

LONGEST = 500
_MOST_ITEMS = 50
_LONGEST_LIST = 3_000
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is written down.

    `type` is `text`, `day`, `count`, `yes_no`, `span`, `list` or `choice`; `choices` are pairs of
    a word and how it is shown.
    """

    name: str
    label: str
    type: str = "text"
    required: bool = False
    about: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What was typed, as values, and what is wrong with it, by the names of the fields."""

    values: dict[str, Any]
    wrong: dict[str, str]


_TYPES = {
    "string": "text",
    "list<string>": "list",
    "int": "count",
    "bool": "yes_no",
    "duration": "span",
    "timestamp": "day",
}


def of_kind(kind: Kind) -> tuple[Field, ...]:
    """The fields of a kind of statement."""
    return tuple(
        Field(
            name=one.name,
            label=one.name.replace("_", " ").capitalize(),
            type=_TYPES.get(one.type_text, "text"),
            required=one.required,
            about=one.about or "",
        )
        for one in kind.fields
    )


def fill(fields: Iterable[Field], typed: Mapping[str, str]) -> Filled:
    """Every field read from what was typed; what is left empty is null."""
    filled = Filled({}, {})
    for field in fields:
        try:
            filled.values[field.name] = read(field, typed.get(field.name, ""))
        except ValueError as error:
            filled.wrong[field.name] = str(error)
    return filled


def read(field: Field, typed: str) -> Any:  # noqa: ANN401 - a JSON value of the field's type
    """The value of one field, null if it is empty; ValueError says what to type instead."""
    text = clean(typed, _LONGEST_LIST if field.type == "list" else LONGEST)
    if not text:
        if field.required:
            raise ValueError(f"{field.label}: this is needed")
        return None
    try:
        return _value(field, text)
    except ValueError as error:
        raise ValueError(f"{field.label}: {error}") from error


def clean(typed: str, longest: int = LONGEST) -> str:
    """Text without blanks around it; ValueError if it is too long or holds what cannot be seen."""
    text = typed.replace("\r\n", "\n").strip()
    if not is_legible(text):
        raise ValueError("it holds a character that cannot be shown")
    if len(text) > longest:
        raise ValueError(f"{len(text)} characters; {longest} is the most")
    return text


def day(text: str) -> date:
    """A day written as 2027-01-31; ValueError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no day; write it as 2027-01-31") from None


def _value(field: Field, text: str) -> Any:  # noqa: ANN401
    match field.type:
        case "day":
            return day(text).isoformat()
        case "count":
            return _count(text)
        case "yes_no":
            return _one_of(text, _YES_NO)
        case "span":
            instants.read_span(text)
            return text
        case "list":
            return _list(text)
        case "choice":
            return _one_of(text, {word: word for word, _ in field.choices})
    return text


def _count(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no whole number, 0 or more")
    return int(text)


def _one_of(text: str, words: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if text not in words:
        raise ValueError(f"choose one of: {', '.join(words)}")
    return words[text]


def _list(text: str) -> list[str]:
    """One item a line, or several with commas between them."""
    items = [one.strip() for line in text.split("\n") for one in line.split(",") if one.strip()]
    if len(items) > _MOST_ITEMS:
        raise ValueError(f"{len(items)} items; {_MOST_ITEMS} is the most")
    return items


def seconds(span: str) -> float:
    """How long a span is that was read before."""
    return instants.read_span(span) / 1_000_000_000


def shown(field: Field, value: Any) -> str:  # noqa: ANN401
    """A value as people read it; empty for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return dict(field.choices).get(str(value), str(value))


def typed(field: Field, value: Any) -> str:  # noqa: ANN401
    """A value as it would be typed again; `read` gives it back."""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if field.type == "choice":
        return "" if value is None else str(value)
    return shown(field, value)
