"""Which facts may a rule read: fields, types, words, and what of each leaves the machine?"""

from collections.abc import Iterator
from typing import Any

from rules.compiled import catalogue
from rules.facts.base import Fact, Why
from rules.facts.confirmed import by_system, caveat
from rules.facts.index import CATALOGUE, CATALOGUE_VERSION
from rules.facts.types import Enum, Field, Leaves, List, Mark, Nullable, Record, Type
from rules.workbench.markdown import code, codes, plain, table

_LEAVES = {
    Mark.NUMBERED: "as a local number, such as `user-3`",
    Mark.KEYED: "as a keyed hash",
    Mark.LOCAL: "never",
}
_ABOUT = """
A rule names a fact and its fields: `host.os`, `patching.last_scan`. `every`, `no` and `some` walk a
list and give each of its items a name: with `every: users` a leaf reads `user.enabled`.

What is null is known to be absent, never or disabled, and a leaf must ask for that first. What
could not be read is unknown, with one of the [reasons](#why-something-is-unknown) below, and is
never a pass. A rule may read every field; the last column says what of it leaves the machine in a
report. Text that leaves matches a pattern, and has at most 64 characters.
"""
_SCALES = {"cheap": "under 20 ms and no process", "medium": "under 500 ms", "heavy": "more"}


def lines() -> Iterator[str]:
    """The page of the fact catalogue."""
    yield "# Facts"
    yield ""
    yield f"The fact catalogue, version {CATALOGUE_VERSION}: {len(CATALOGUE)} facts."
    yield _ABOUT
    rows = ((f"[{name}](#{name})", plain(fact.asks)) for name, fact in CATALOGUE.items())
    yield from table(("fact", "question"), rows)
    for fact in CATALOGUE.values():
        yield from _fact(fact)
    yield "## Why something is unknown"
    yield ""
    yield f"{codes(Why)}."


def _fact(fact: Fact[Any]) -> Iterator[str]:
    of = catalogue.facts()[fact.name]
    yield f"## {fact.name}"
    yield ""
    yield plain(fact.asks)
    yield ""
    minutes = int(fact.ttl.total_seconds()) // 60
    holds = f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
    yield f"An answer holds {holds}. To ask costs {_SCALES[fact.cost]} on Linux. In the catalogue"
    yield f"since {fact.since}."
    if systems := by_system([fact.name]):
        yield f"It is {caveat(systems)}."
    yield ""
    if isinstance(of, List):
        yield f"A list; {code(f'every: {fact.name}')} calls an item {code(of.item)}."
        yield ""
    yield from table(("field", "type", "leaves the machine"), _rows(of, (_root(fact, of),)))


def _root(fact: Fact[Any], of: Type) -> str:
    return of.item if isinstance(of, List) else fact.name


def _rows(of: Type, path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """A row a field, those of records and of lists below it included."""
    record = _record(of)
    for field in record.fields if record else ():
        here = (*path, field.name)
        inner = _record(field.type)
        listed = _listed(field.type)
        shown = f"list of {code(listed.item)}" if inner and listed else _type(field.type)
        yield code(".".join(here)), shown, "" if inner else _leaves(field)
        if inner is not None:
            yield from _rows(field.type, (listed.item,) if listed else here)


def _listed(of: Type) -> List | None:
    bare = of.of if isinstance(of, Nullable) else of
    return bare if isinstance(bare, List) else None


def _record(of: Type) -> Record | None:
    while isinstance(of, Nullable | List):
        of = of.of
    return of if isinstance(of, Record) else None


def _type(of: Type) -> str:
    if isinstance(of, Nullable):
        return f"{_type(of.of)}, or null"
    if isinstance(of, List):
        return f"list of {_type(of.of)}"
    if isinstance(of, Enum):
        return codes(of.values)
    if isinstance(of, Record):
        return "record"
    return f"{of.name}, without case" if of.caseless else of.name


def _leaves(field: Field) -> str:
    leaves: Leaves = field.leaves
    if leaves.mark is Mark.OPEN and leaves.pattern is not None:
        return f"if it is like {code(leaves.pattern)}"
    return _LEAVES.get(leaves.mark, "as it is")
