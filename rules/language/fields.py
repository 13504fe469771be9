"""How are the keys of a mapping read, so that everything wrong with them is told at once?

Each key is asked for once, by the kind of value that it must have. What is missing, of another
kind, ambiguous or not known becomes a problem, and reading goes on.
"""

import re
from collections.abc import Iterable
from typing import TypeVar

from rules.errors import Place, Problem
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.suggest import did_you_mean

_COMMENT = re.compile(r"\s+#")
_KINDS: dict[type, str] = {Scalar: "text", Mapping: "keys with values", Sequence: "a list"}


V = TypeVar("V", Scalar, Mapping, Sequence)


class Fields:
    """The keys of one mapping; what is wrong is added to `problems`."""

    def __init__(self, of: Mapping, what: str, problems: list[Problem], rule: str = "") -> None:
        self.of = of
        self._what = what
        self._problems = problems
        self._rule = rule
        self._asked: list[str] = []

    def say(self, code: str, message: str, place: Place, help_: str = "") -> None:
        """Note a problem in this mapping."""
        self._problems.append(Problem(code, message, place, help_, self._rule))

    def text(self, key: str, *, required: bool = False, limit: int | None = None) -> Scalar | None:
        """One line of text, quoted where YAML readers would take it for something else."""
        value = self._scalar(key, required=required)
        if value is None:
            return None
        if value.is_ambiguous or value.is_null or value.as_bool() is not None:
            help_ = f'put quotes around it: "{value.text[:40]}"'
            self.say(
                "DL007", f"{key} is text, and this reads as something else", value.place, help_
            )
        if limit is not None and len(value.text) > limit:
            self.say("DL103", f"{key} is at most {limit} characters long", value.place)
        return value

    def leaf(self, key: str, *, required: bool = False) -> Scalar | None:
        """An expression on one line."""
        value = self._value(key, required=required)
        return None if value is None else self.as_leaf(key, value)

    def leaves(self, key: str) -> tuple[Scalar, ...]:
        """One expression, or a list of them."""
        value = self._value(key)
        if not isinstance(value, Sequence):
            values: Iterable[Value] = () if value is None else (value,)
        else:
            values = value.items
            if not value.items:
                self.say("DL107", f"{key} is empty", value.place)
        found = [self.as_leaf(key, one) for one in values]
        return tuple(leaf for leaf in found if leaf is not None)

    def texts(self, key: str, *, required: bool = False) -> tuple[Scalar, ...]:
        """A list of texts."""
        value = self._typed(key, Sequence, required=required)
        found = [] if value is None else list(value.items)
        for one in found:
            if not isinstance(one, Scalar):
                self.say("DL103", f"{key} is a list of texts", one.place)
            elif one.is_ambiguous:
                help_ = f'put quotes around it: "{one.text[:40]}"'
                self.say("DL007", f"{key} holds text, and this reads as a number", one.place, help_)
        return tuple(one for one in found if isinstance(one, Scalar))

    def number(self, key: str) -> tuple[int, Scalar] | None:
        """A whole number of at least 1."""
        value = self._scalar(key)
        number = value.as_int() if value is not None else None
        if value is None:
            return None
        if number is None or number < 1:
            self.say("DL103", f"{key} is a whole number of at least 1", value.place)
            return None
        return number, value

    def flag(self, key: str) -> bool:
        """`true`, or nothing."""
        value = self._scalar(key)
        if value is not None and value.as_bool() is not True:
            self.say("DL103", f"{key} may only be true", value.place, "or leave the key out")
        return value is not None

    def one_of(self, key: str, words: Iterable[str], *, required: bool = False) -> Scalar | None:
        """One of a closed set of words."""
        value, known = self._scalar(key, required=required), list(words)
        if value is None or value.text in known:
            return value
        help_ = did_you_mean(value.text, known) or f"it is one of {', '.join(known)}"
        self.say("DL103", f"{key} is never {value.text[:40]!r}", value.place, help_)
        return None

    def mapping(self, key: str) -> Mapping | None:
        """Keys with values."""
        return self._typed(key, Mapping)

    def mappings(self, key: str, *, required: bool = False) -> tuple[Mapping, ...]:
        """A list of mappings that is not empty."""
        value = self._typed(key, Sequence, required=required)
        if value is None:
            return ()
        if not value.items:
            self.say("DL107", f"{key} is empty", value.place)
        for one in value.items:
            if not isinstance(one, Mapping):
                help_ = "write - {that: …, say: …}" if key.endswith("must") else ""
                self.say("DL103", f"an entry of {key} has keys", one.place, help_)
        return tuple(one for one in value.items if isinstance(one, Mapping))

    def any(self, key: str, *, required: bool = False) -> Value | None:
        """Whatever stands there."""
        return self._value(key, required=required)

    def done(self) -> None:
        """Tell every key that nobody asked for."""
        for key, _ in self.of.entries:
            if key.text not in self._asked:
                message = f"{self._what} has no key {key.text[:40]!r}"
                self.say("DL101", message, key.place, did_you_mean(key.text, self._asked))

    def _value(self, key: str, *, required: bool = False) -> Value | None:
        self._asked.append(key)
        value = self.of.get(key)
        if value is None and required:
            self.say("DL102", f"{self._what} needs {key}", self.of.place)
        return value

    def _typed(self, key: str, sort: type[V], *, required: bool = False) -> V | None:
        value = self._value(key, required=required)
        if value is None or isinstance(value, sort):
            return value
        self.say("DL103", f"{key} is {_KINDS[sort]}", value.place)
        return None

    def _scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        return self._typed(key, Scalar, required=required)

    def as_leaf(self, key: str, value: Value) -> Scalar | None:
        """A value as an expression on one line."""
        if not isinstance(value, Scalar):
            help_ = "quote the whole expression if it begins with [ or {"
            self.say("DL103", f"{key} is an expression", value.place, help_)
            return None
        if not value.is_one_line:
            self.say("DL009", f"{key} is an expression on one line", value.place, "use define")
            return None
        rest = value.source.line(value.line)[value.end - 1 :]
        if not value.quote and _COMMENT.match(rest):
            place = Place(value.source.file, value.line, value.end, value.end + len(rest))
            help_ = "quote the whole expression, or move the comment to its own line"
            self.say("DL008", "YAML takes this for a comment", place, help_)
            return None
        return value
