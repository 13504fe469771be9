"""What is told of an expression that was evaluated: a value, what was not read, or what broke?

| class of an error | what it says |
|---|---|
| `parse` `check` `eval` | the expression is no expression, does not type, broke while it ran |
| `limit` | too long, too deep, too many steps, too slow |
| `unsupported` | a part of CEL that rules do not have |
| `input` `internal` | the line is no request; a fault of ours |
"""

from dataclasses import dataclass
from typing import Literal

from rules.compiled.canonical import Json
from rules.compiled.codes import MEANINGS
from rules.engine.open import wire
from rules.engine.values import Gap, Value
from rules.errors import Place
from rules.language.syntax import Span

Class = Literal["parse", "check", "eval", "limit", "unsupported", "input", "internal"]

_CLASSES: dict[str, Class] = {
    **dict.fromkeys(("DL201", "DL202", "DL203", "DL204", "DL205"), "parse"),
    **dict.fromkeys(("DL003", "DL806", "DL807", "DL808"), "limit"),
    **dict.fromkeys(("DL206", "DL207"), "unsupported"),
    "DL809": "internal",
}
_SHOWN = 60


@dataclass(frozen=True)
class Fault(Exception):
    """Why there is no value: class, id, sentence, and the stretch of the text if it is known."""

    sort: Class
    id: str
    message: str
    span: Span | None = None

    def form(self) -> Json:
        """The fault as the line of an answer tells it."""
        told: dict[str, Json] = {"class": self.sort, "id": self.id, "message": self.message}
        if self.span is not None:
            told["span"] = list(self.span)
        return {"error": told}


def fault(code: str, message: str, span: Span | None, otherwise: Class) -> Fault:
    """The fault of an id, in the class that the id has, else the one that is given."""
    return Fault(_CLASSES.get(code, otherwise), code, message, span)


def told(value: Value, text: str) -> Json:
    """The answer for a value or an unknown; Fault for an error and for what is too big to tell."""
    if not isinstance(value, Gap):
        if wire.is_too_big(value):
            raise Fault("limit", "DL807", "the value is too large for one line")
        return {"value": wire.write(value)}
    if value.is_error:
        raise broke(value, text)
    return {"unknown": [{"at": value.at, "reason": value.code}]}


def broke(gap: Gap, text: str) -> Fault:
    """The fault that an error of the evaluation is: its meaning, and the words that gave it."""
    span = None if gap.place is None else span_of(gap.place)
    words = "" if span is None else " ".join(text[span[0] : span[1]].split())
    shown = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
    message = f"{MEANINGS[gap.code]}: {shown}" if shown else MEANINGS[gap.code]
    return fault(gap.code, message, span, "eval")


def span_of(place: Place) -> Span:
    """A place in a text that stands in no file, in code points from 0."""
    return place.column - 1, place.end - 1
