"""A machine stands elsewhere, or took another's place: which waivers reach it now?

The acts are those of controller.fleet.standing; in their transaction the shields are laid anew.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from django.db import connection, transaction

from controller.findings import shields
from controller.fleet import premises, standing
from controller.fleet.models import Machine
from controller.fleet.premises import Asked
from controller.fleet.standing import Call


def move(call: Call, site: str | None) -> Machine:
    """Say in which building a machine stands, as `standing.move` does."""
    return _laid(lambda: standing.move(call, site))


def put(asked: Asked, machines: Collection[UUID], kind: str, part: UUID | None) -> list[Machine]:
    """Put machines into a site or group, as `premises.put` does."""
    with transaction.atomic():
        moved = premises.put(asked, machines, kind, part)
        whose = asked.clinic.org_id.hex, asked.clinic.id.hex
        shields.lay(connection.cursor(), *whose, [one.id.hex for one in moved])
    return moved


def replace(call: Call, old: UUID) -> Machine:
    """Confirm that a machine is an older one set up anew, as `standing.replace` does."""
    return _laid(lambda: standing.replace(call, old))


def _laid(act: Callable[[], Machine]) -> Machine:
    with transaction.atomic():
        machine = act()
        whose = machine.org_id.hex, machine.clinic_id.hex
        shields.lay(connection.cursor(), *whose, [machine.id.hex])
    return machine
