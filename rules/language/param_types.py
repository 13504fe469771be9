"""Of which types may a param be? A closed set: scalars, the enums of the catalogue, lists of them.

`enum(volume.cipher)` is the set of words that this field may hold.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from rules.compiled import catalogue
from rules.compiled.operations import kind
from rules.facts.types import Enum, List, Nullable, Record, Scalar, Type

_ORDERED = ("int", "double", "duration", "timestamp", "version")


@cache
def param_types() -> Mapping[str, Type]:
    """Every type of a param, by the text that names it."""
    scalars = {**catalogue.PARAM_TYPES, **dict(_enums())}
    return {**scalars, **{f"list<{name}>": List(of, "item") for name, of in scalars.items()}}


def ordered() -> tuple[str, ...]:
    """Those with a least and a greatest value."""
    return _ORDERED


def lists() -> tuple[str, ...]:
    """Those that are lists."""
    return tuple(name for name, of in param_types().items() if isinstance(of, List))


def words() -> tuple[str, ...]:
    """Those without an order: strings, and words of a closed set."""
    return tuple(
        name for name, of in param_types().items() if name == "string" or isinstance(of, Enum)
    )


def needing_basis() -> tuple[str, ...]:
    """Those whose value somebody must have set: numbers, durations, versions, lists."""
    return ("int", "double", "duration", "version", *lists())


def meant(text: str) -> str:
    """What the author of a type that is none may have in mind; nothing if nobody can tell."""
    inner = text.removeprefix("list<").removesuffix(">")
    if inner.startswith("list"):
        return "a list holds single values: list<string>" if inner != text else "write list<string>"
    if inner.startswith("enum("):
        return _meant_enum(inner.removeprefix("enum(").removesuffix(")"))
    word = _ELSEWHERE.get(inner.lower())
    return f"write {text.replace(inner, word)}" if word else ""


def _meant_enum(path: str) -> str:
    """`enum(host.name)` names no enum, `enum(volumes.kind)` a list instead of its item."""
    words = tuple(path.split("."))
    found = catalogue.field(words)
    if found is not None:
        of = found.type.of if isinstance(found.type, Nullable) else found.type
        return f"{path} is no enum; write {kind(of)}" if isinstance(of, Scalar) else ""
    listed = catalogue.lists().get(words[:-1])
    return f"write enum({listed.item}.{words[-1]})" if listed is not None else ""


_ELSEWHERE = {
    **dict.fromkeys(("integer", "number", "long"), "int"),
    **dict.fromkeys(("float", "decimal", "real"), "double"),
    **dict.fromkeys(("boolean", "flag"), "bool"),
    **dict.fromkeys(("str", "text", "word"), "string"),
    **dict.fromkeys(("time", "date", "datetime"), "timestamp"),
    **dict.fromkeys(("timedelta", "timespan", "interval", "period"), "duration"),
    **dict.fromkeys(("semver", "release"), "version"),
    "enum": "enum(volume.cipher)",
}


def _enums() -> Iterator[tuple[str, Enum]]:
    records = [(item, of) for item, of in catalogue.items().items()]
    records += [(name, of) for name, of in catalogue.facts().items() if isinstance(of, Record)]
    for name, of in records:
        yield from _below(name, of)


def _below(path: str, of: Record) -> Iterator[tuple[str, Enum]]:
    for field in of.fields:
        inner: Type = field.type
        while isinstance(inner, Nullable | List):
            inner = inner.of
        if isinstance(inner, Enum):
            yield f"enum({path}.{field.name})", inner
        elif isinstance(inner, Record) and not isinstance(field.type, List):
            yield from _below(f"{path}.{field.name}", inner)
