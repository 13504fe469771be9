"""What does a table promise: its rows, and for each of them its columns?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from controller.exports.cells import Cell
from controller.people.roles import Permission
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

CHUNK = 2_000
"""How many rows are held at a time."""

Column: TypeAlias = tuple[str, Callable[[Any], Cell]]
"""What stands above it, and what it holds of a row."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which place, as of when; `clinic` where the place is one."""

    place: Place
    clinic: Clinic | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Table:
    """A population. `needs` is what its page asks for, beside the right to take tables along.

    `of_clinic`: it is made of one clinic alone, and not of all of an org.
    """

    id: str
    title: str
    about: str
    rows: Callable[[Asked], Iterable[Any]]
    columns: tuple[Column, ...]
    needs: Permission = Permission.VERDICTS_READ
    of_clinic: bool = False
