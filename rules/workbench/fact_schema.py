"""How are facts said in JSON Schema, as tests of rules write them?

Each by its type in the catalogue, and each part of it also as `{$unknown: timeout}`, a list as
`{$items: […], $missing: timeout}`, a record with `$use`.
"""

from typing import Any

from rules.compiled.literal import INT_MAX, INT_MIN
from rules.compiled.operations import kind
from rules.facts.base import Why
from rules.facts.types import Enum, List, Nullable, Record, Type
from rules.language.forms.keys import INSTANT

Json = Any
Schema = dict[str, Json]

_SPAN = r"-?([0-9]{1,15}(w|d|h|ms|us|ns|m|s))+"
_SECONDS = r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,9})?s"
_VERSION = r"[0-9]{1,10}(\.[0-9]{1,10}){0,7}"
_UTC = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z"
_CODE = {"$ref": "#/$defs/reason"}
_HOLE = {"$ref": "#/$defs/unknown"}
_SHARED: dict[str, Schema] = {
    "reason": {"enum": [str(why) for why in Why]},
    "unknown": {
        "type": "object",
        "properties": {"$unknown": _CODE},
        "additionalProperties": False,
    },
}


def whole(pattern: str) -> str:
    """A pattern for all of a text, in ECMA-262 and in Python: `$` would miss a last line break."""
    return rf"^(?:{pattern})(?![\s\S])"


SCALARS: dict[str, Schema] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer", "minimum": INT_MIN, "maximum": INT_MAX},
    "double": {"type": "number"},
    "string": {"type": "string"},
    "caseless": {"type": "string"},
    "duration": {"type": "string", "pattern": whole(_SPAN)},
    "timestamp": {"type": "string", "pattern": whole(INSTANT.pattern)},
    "version": {"type": "string", "pattern": whole(_VERSION)},
}
_AS_FACTS: dict[str, Schema] = {
    **SCALARS,
    "duration": {"type": "string", "pattern": whole(f"{_SPAN}|{_SECONDS}")},
    "timestamp": {"type": "string", "pattern": whole(_UTC)},
}


def fact(of: Type, shared: dict[str, Schema]) -> Schema:
    """The schema of a value that a machine may have read, or not; records stand in `shared`."""
    shared.update(_SHARED)
    if isinstance(of, Nullable):
        return {"if": {"type": "null"}, "then": True, "else": fact(of.of, shared)}
    is_hole = {"type": "object", "required": ["$unknown"]}
    return {"if": is_hole, "then": _HOLE, "else": _read(of, shared)}


def _read(of: Type, shared: dict[str, Schema]) -> Schema:
    if isinstance(of, List):
        items = {"type": "array", "items": fact(of.of, shared)}
        return {"if": {"type": "object"}, "then": _half(items), "else": items}
    if isinstance(of, Record):
        return _record(of, shared)
    return {"enum": list(of.values)} if isinstance(of, Enum) else _AS_FACTS[kind(of)]


def _half(items: Schema) -> Schema:
    keys = {"$items": items, "$missing": _CODE}
    return {
        "type": "object",
        "properties": keys,
        "required": list(keys),
        "additionalProperties": False,
    }


def _record(of: Record, shared: dict[str, Schema]) -> Schema:
    name = f"fact-{of.name.replace(' ', '-')}"
    if name not in shared:
        shared[name] = {}
        fields = {field.name: fact(field.type, shared) for field in of.fields}
        shared[name] = {
            "type": "object",
            "properties": {**fields, "$use": {"type": "string"}},
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}
