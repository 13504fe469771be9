"""How does a value stand in a table that leaves, so that no spreadsheet computes what was typed?"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

from controller.legible import legible

Cell: TypeAlias = str | int | bool | datetime | date | Sequence[str] | None
"""What a column may answer; times are aware."""

# With the wide forms, which some spreadsheets take for the plain ones.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
# Where the system's list separator is another than the comma, a spreadsheet splits a cell there.
_SPLIT = re.compile("(?<=.)([;|\t\n]|\r\n?)(?=\\s*[=+@\uff1d\uff0b\uff0d\uff20-])", re.DOTALL)


def written(value: Cell) -> str:
    """As it stands in the file: times in UTC (RFC 3339), yes and no, nothing for null."""
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case date():
            return value.isoformat()
    return harmless("; ".join(map(str, value)))


def harmless(text: str) -> str:
    """Only text: what begins like a formula or with a control character gets an apostrophe.

    So does what follows a separator of cells in it, and what nobody would see is U+FFFD.
    """
    first = text[:1]
    is_odd = first in _FORMULA or (first != "" and not first.isprintable())
    return legible(("'" if is_odd else "") + _SPLIT.sub(r"\1'", text))
