"""Which names does the fact catalogue give to a rule?

A rule sees each fact by its name (`patching.last_scan`), walks the lists of records that facts
hold (`every: patching.pending`), and calls an item of such a list by the name of its record
(`patch.severity`).

The records of the catalogue are loaded when the first rule asks for one, not with the engine: that
is a third of what the engine would cost to import.
"""

from functools import cache, lru_cache

from rules.facts.types import (
    BOOL,
    DOUBLE,
    DURATION,
    INT,
    STRING,
    TIMESTAMP,
    VERSION,
    Enum,
    Field,
    List,
    Nullable,
    Record,
    Type,
)

Path = tuple[str, ...]

FIRST = "1.0"
"""The first version of the catalogue."""

PARAM_TYPES: dict[str, Type] = {
    "bool": BOOL,
    "int": INT,
    "double": DOUBLE,
    "string": STRING,
    "duration": DURATION,
    "timestamp": TIMESTAMP,
    "version": VERSION,
}


@cache
def facts() -> dict[str, Type]:
    """The type of each fact's whole answer, by its name."""
    from rules.facts.describe import type_of  # noqa: PLC0415 - only when it is asked for
    from rules.facts.index import CATALOGUE  # noqa: PLC0415 - as above

    return {name: type_of(fact) for name, fact in CATALOGUE.items()}


@cache
def version() -> str:
    """The version of the catalogue of this release."""
    from rules.facts.index import CATALOGUE_VERSION  # noqa: PLC0415 - as above

    return CATALOGUE_VERSION


def since(name: str) -> str:
    """The version that brought a fact or a record of one; the first, for any other name."""
    return _since().get(name, FIRST)


@cache
def _since() -> dict[str, str]:
    from rules.facts.index import CATALOGUE  # noqa: PLC0415 - as above

    found = {name: fact.since for name, fact in CATALOGUE.items()}
    for path, of in lists().items():
        if isinstance(of.of, Record):
            found.setdefault(of.of.name, found[path[0]])
    return found


def fact(name: str) -> Type | None:
    """The type of a fact's whole answer."""
    return facts().get(name)


@cache
def lists() -> dict[Path, List]:
    """Every list of records that a rule may walk, by its path."""
    found: dict[Path, List] = {}
    waiting: list[tuple[Path, Type]] = [((name,), of) for name, of in facts().items()]
    while waiting:
        path, of = waiting.pop(0)
        if isinstance(of, List) and isinstance(of.of, Record):
            found[path] = of
        elif isinstance(of, Record):
            waiting.extend(((*path, field.name), field.type) for field in of.fields)
    return found


@cache
def items() -> dict[str, Record]:
    """The record of each item variable."""
    return {of.item: of.of for of in lists().values() if isinstance(of.of, Record)}


def field(path: Path) -> Field | None:
    """The field that a path names, from a fact or from an item variable; None if there is none."""
    of: Type | None = items().get(path[0]) or fact(path[0])
    found: Field | None = None
    for name in path[1:]:
        while isinstance(of, Nullable):
            of = of.of
        found = of.field(name) if isinstance(of, Record) else None
        of = found.type if found else None
    return found


@lru_cache(maxsize=256)
def param_type(text: str) -> Type | None:
    """The type that a param names: `duration`, `enum(volume.cipher)`, `list<string>`."""
    if text.startswith("list<") and text.endswith(">"):
        inner = param_type(text[5:-1])
        return List(inner, "item") if inner and not isinstance(inner, List) else None
    if text.startswith("enum(") and text.endswith(")"):
        named = field(tuple(text[5:-1].split(".")))
        of = named.type if named else None
        while isinstance(of, Nullable | List):
            of = of.of
        return of if isinstance(of, Enum) else None
    return PARAM_TYPES.get(text)
