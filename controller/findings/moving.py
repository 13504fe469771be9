"""A machine stands elsewhere, or took another's place: which waivers reach it now?

The acts are those of controller.fleet.standing; in their transaction the shields are laid anew.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import connection, transaction

from controller.findings import shields
from controller.fleet import standing
from controller.fleet.models import Machine
from controller.fleet.standing import Call


def move(call: Call, site: str | None) -> Machine:
    """Say in which building a machine stands, as `standing.move` does."""
    return _laid(lambda: standing.move(call, site))


def replace(call: Call, old: UUID) -> Machine:
    """Confirm that a machine is an older one set up anew, as `standing.replace` does."""
    return _laid(lambda: standing.replace(call, old))


def _laid(act: Callable[[], Machine]) -> Machine:
    with transaction.atomic():
        machine = act()
        whose = machine.org_id.hex, machine.clinic_id.hex
        shields.lay(connection.cursor(), *whose, [machine.id.hex])
    return machine
