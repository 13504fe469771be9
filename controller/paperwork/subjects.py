"""Of what in a clinic does a kind of statement speak: the clinic, or each machine of it?"""

from dataclasses import dataclass

from controller.fleet.models import Machine
from controller.tenants.scope import Place
from rules.compiled.attestation import Attestation as Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: id and name of something in a clinic, both empty for itself."""

    id: str = ""
    name: str = ""


WHOLE = Subject()


def owed(place: Place, kind: Kind) -> list[Subject]:
    """What the practice owes a statement of this kind about. `place` is one clinic.

    With each event nothing is owed until there is one, and of most only people know.
    """
    if kind.renew is None:
        return []
    return possible(place, kind)


def possible(place: Place, kind: Kind) -> list[Subject]:
    """Everything that a statement of this kind can be about.

    Machines, ended or not: a medium leaves when its machine has left already.
    """
    if kind.scope == "machine":
        rows = Machine.objects.at(place).order_by("host", "id").values_list("id", "host")
        return [Subject(str(key), host) for key, host in rows]
    return [WHOLE]
