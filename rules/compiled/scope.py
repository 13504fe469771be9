"""Which names may a leaf of a rule use, and of which type are they?

| leaf | facts, `now`, `params` | defines | item |
|---|---|---|---|
| `when` | yes | no | no |
| `define` | yes | those before it | no |
| `must` | yes | yes | no |
| `where`, `each_must` | yes | yes | yes |
"""

from collections.abc import Mapping

from rules.compiled import catalogue
from rules.facts.types import LOCAL, TIMESTAMP, Field, List, Record, Type

PARAMS = "params"
NOW = "now"


def machine(params: Mapping[str, Type]) -> dict[str, Type]:
    """What every leaf of a rule with these params sees."""
    fields = tuple(Field(name, of, LOCAL) for name, of in params.items())
    return {**catalogue.facts(), NOW: TIMESTAMP, PARAMS: Record(PARAMS, fields)}


def item(path: tuple[str, ...]) -> tuple[str, Type] | None:
    """The variable and the type of the items of a list; None if the catalogue has no such list."""
    of: List | None = catalogue.lists().get(path)
    return (of.item, of.of) if of else None
