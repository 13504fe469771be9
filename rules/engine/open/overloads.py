"""Which operation is meant, once the values are there?

The table is the one of rules (rules.compiled.operations): where an operation means the same in
open evaluation, the same closure runs. What CEL allows beyond it stands in own.py.
"""

from rules.compiled.operations import PLAIN, kind
from rules.engine.open import own
from rules.engine.open.values import TAGGED

_Kinds = tuple[str, ...]

_NOT_HERE = frozenset({"caseless", "enum", "any"})
"""Kinds that a value does not show of itself."""
_NUMBERS = (("int", "double"), ("double", "int"))


def _table() -> dict[tuple[str, _Kinds], str]:
    table: dict[tuple[str, _Kinds], str] = {}
    for name, operation in PLAIN.items():
        base = name.partition(".")[0]
        for takes in _NUMBERS if "number" in operation.takes else (operation.takes,):
            if not _NOT_HERE.intersection(takes):
                table[base, takes] = name
    table["add", ("list", "list")] = "add.list"
    table["index", ("list", "int")] = "index"
    return table | own.TABLE


_TABLE = _table()
OPERATIONS = frozenset(base for base, _ in _TABLE)
"""The names of operations whose overload is chosen when their values are there."""


def overload(base: str, kinds: _Kinds) -> str | None:
    """The name of the operation for values of these kinds; None if there is none."""
    return _TABLE.get((base, kinds))


def tag(name: str) -> str | None:
    """The kind that the result of an operation is tagged with."""
    operation = PLAIN.get(name)
    gives = None if operation is None else kind(operation.gives)
    return gives if gives in TAGGED else None
