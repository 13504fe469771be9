"""How does a fact that an author wrote in YAML become the JSON form of facts?

Written as facts are written, typed by the catalogue: `{$unknown: timeout}` for what was not read,
`{$items: […], $missing: timeout}` for half a list, `$use` for a fixture with changes. What is left
out is unknown (`not_collected`). What does not fit is DL503.
"""

from collections.abc import Mapping as Table
from typing import Any

from rules.compiled import instants
from rules.compiled.operations import kind
from rules.facts.base import Why
from rules.facts.form import misfits
from rules.facts.types import List, Nullable, Record, Type
from rules.language.adopt import read_span
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.fields import Fields
from rules.language.suggest import did_you_mean

_CODES = frozenset(Why)
Json = Any


class FactText:
    """Reads the facts of one test file, and remembers which fixtures were used."""

    def __init__(self, fixtures: Table[str, Mapping], fields: Fields) -> None:
        self._fixtures = fixtures
        self._fields = fields
        self.used: set[str] = set()

    def read(self, of: Type, value: Value, at: str) -> Json:
        """The JSON form of a value; None where it cannot be read, with a problem."""
        if isinstance(value, Mapping):
            return self._mapping(of, value, at)
        if isinstance(of, Nullable):
            is_null = isinstance(value, Scalar) and value.is_null
            return None if is_null else self.read(of.of, value, at)
        if isinstance(value, Sequence):
            return self._list(of, value, at)
        return self._scalar(of, value, at)

    def _mapping(self, of: Type, value: Mapping, at: str) -> Json:
        of = of.of if isinstance(of, Nullable) else of
        if value.get("$unknown") is not None:
            return {"$unknown": self._code(value, "$unknown")}
        if value.get("$items") is not None and isinstance(of, List):
            items = value.get("$items")
            form = self._list(of, items, at) if isinstance(items, Sequence) else []
            return {"$items": form, "$missing": self._code(value, "$missing")}
        if isinstance(of, Record):
            return self._record(of, value, at)
        return self._misfit(value, f"{at} is a {kind(of)}, and has no keys")

    def _code(self, value: Mapping, key: str) -> str:
        code = value.get(key)
        if isinstance(code, Scalar) and code.text in _CODES:
            return code.text
        place = code.place if code is not None else value.place
        self._fields.say("DL503", f"{key} needs a reason", place, f"one of {', '.join(_CODES)}")
        return str(Why.NOT_COLLECTED)

    def _record(self, of: Record, value: Mapping, at: str) -> Json:
        form: dict[str, Json] = {}
        for key, inner in value.entries:
            if key.text == "$use":
                form |= self._fixture(of, inner, at)
                continue
            field = of.field(key.text)
            if field is None:
                help_ = did_you_mean(key.text, [field.name for field in of.fields])
                message = f"a {of.name} has no field {key.text[:40]!r}"
                self._fields.say("DL503", message, key.place, help_)
            else:
                form[key.text] = self.read(field.type, inner, f"{at}.{key.text}")
        return form

    def _fixture(self, of: Record, value: Value, at: str) -> dict[str, Json]:
        name = value.text if isinstance(value, Scalar) else ""
        fixture = self._fixtures.get(name)
        if fixture is None:
            help_ = did_you_mean(name, self._fixtures)
            self._fields.say("DL503", f"there is no fixture {name[:40]!r}", value.place, help_)
            return {}
        self.used.add(name)
        if fixture.get("$use") is not None:
            self._misfit(fixture, "a fixture uses no other fixture")
            return {}
        read = self._record(of, fixture, at)
        return read if isinstance(read, dict) else {}

    def _list(self, of: Type, value: Sequence, at: str) -> Json:
        if not isinstance(of, List):
            return self._misfit(value, f"{at} is a {kind(of)}, not a list")
        return [self.read(of.of, item, f"{at}[{n}]") for n, item in enumerate(value.items)]

    def _scalar(self, of: Type, value: Scalar, at: str) -> Json:
        form = _form(of, value)
        wrong = next(misfits(of, form, at), None)
        return form if wrong is None else self._misfit(value, wrong)

    def _misfit(self, value: Value, message: str) -> None:
        self._fields.say("DL503", message, value.place)


def _form(of: Type, value: Scalar) -> Json:
    name = kind(of)
    if name == "duration":
        try:
            return instants.write_seconds(read_span(value.text))
        except ValueError:
            return value.text
    reads = {"bool": value.as_bool, "int": value.as_int, "double": value.as_double}
    return reads[name]() if name in reads else value.text
