"""Of what in a clinic does a kind of statement speak: of it, its machines, vendors or people?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from controller.fleet.models import Machine
from controller.paperwork import lists
from controller.paperwork.models import Entry
from controller.paperwork.registers.index import REGISTERS
from controller.tenants.scope import Place
from rules.compiled.attestation import Attestation as Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: id and name of something in a clinic, both empty for itself."""

    id: str = ""
    name: str = ""


WHOLE = Subject()
Held: TypeAlias = Mapping[str, Sequence[Entry]]
_REGISTERS = {register.scope: register for register in REGISTERS if register.scope}
LISTED = frozenset(_REGISTERS)
"""The scopes whose subjects stand in a register."""


def owed(place: Place, kind: Kind, today: date, held: Held) -> list[Subject]:
    """What the practice owes a statement of this kind about. `place` is one clinic.

    `held` is what stands in its registers (`lists.everything`).

    By the calendar: of each vendor and person that is there, and of the list itself while nobody
    is on it. With each event: of each person who has left; of machines only people know.
    """
    if kind.scope not in _REGISTERS:
        return [] if kind.renew is None else possible(place, kind)
    there, gone = _listed(held, kind, today)
    if kind.renew is None:
        return gone if kind.scope == "person" else []
    return there or ([] if gone else [WHOLE])


def possible(place: Place, kind: Kind) -> list[Subject]:
    """Everything that a statement of this kind can be about.

    Machines, ended or not: a medium leaves when its machine has left already.
    """
    if kind.scope == "machine":
        rows = Machine.objects.at(place).order_by("host", "id").values_list("id", "host")
        return [Subject(str(key), host) for key, host in rows]
    if kind.scope in _REGISTERS:
        there, gone = _listed(lists.everything(place), kind, date.max)
        return [*there, *gone]
    return [WHOLE]


def _listed(held: Held, kind: Kind, today: date) -> tuple[list[Subject], list[Subject]]:
    """The entries of the register of that scope: who is there, and who has gone."""
    register = _REGISTERS[kind.scope]
    there: list[Subject] = []
    gone: list[Subject] = []
    for row in held.get(register.id, ()):
        if not row.is_struck:
            into = gone if register.is_gone(row.data, today) else there
            into.append(Subject(str(row.entry), lists.name_of(register, row)))
    return there, gone
