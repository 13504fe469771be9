"""Of what in a clinic does a kind of statement speak: the clinic, or each machine of it?"""

from dataclasses import dataclass

from controller.fleet.models import Machine
from controller.tenants.scope import Place
from rules.compiled.attestation import Attestation as Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement is about: the id and name of something in a clinic, both empty for itself.

    `is_asked`: does the practice owe a statement about it, or may it only make one?
    """

    id: str = ""
    name: str = ""
    is_asked: bool = True


WHOLE = Subject()


def subjects(place: Place, kind: Kind) -> list[Subject]:
    """Everything that a kind is to be stated of, or can be. `place` is one clinic."""
    if kind.scope == "machine":
        return _machines(place, kind)
    return [WHOLE if kind.renew is not None else Subject(is_asked=False)]


def _machines(place: Place, kind: Kind) -> list[Subject]:
    """Machines, ended or not: a medium leaves when its machine has left already.

    With each event nothing is owed until there is one, and only people know of it.
    """
    rows = Machine.objects.at(place).order_by("host", "id").values_list("id", "host")
    return [Subject(str(key), host, is_asked=kind.renew is not None) for key, host in rows]
