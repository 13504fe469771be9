"""A made-up practice in a throw-away controller: org, clinic, a person, a join string.

Django is set up in this process for the few rows that must be written; the controller itself then
runs as a process of its own on the same home.
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ORG = "North Quay IT (demo)"
CLINIC = "Bright Smiles Dental (demo)"
PERSON = ("dr_lee@bright-smiles.example", "Dr. Lee")
_LINK_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Practice:
    """Where the demo's clinic stands, and what lets a person and a machine in."""

    address: str
    clinic_path: str
    join: str
    person_link: str
    check_link: str


def make(home: Path, agents_port: int, people_port: int) -> Practice:
    """Fill a new controller's home; call once a process, before any other use of Django."""
    address = f"http://localhost:{people_port}"
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ["DENTINEL_CONTROLLER_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controller.settings")
    from controller.identity.home import ControllerHome

    controller_home = ControllerHome(home)
    controller_home.make()

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return _fill(home, address, agents_port)


def _fill(home: Path, address: str, agents_port: int) -> Practice:
    from controller.fleet.actions import create_token
    from controller.people import actions, models, roles
    from controller.tenants.actions import create_clinic, create_org
    from controller.tenants.scope import Place

    org = create_org(ORG)
    clinic = create_clinic(org, CLINIC)
    (home / actions.DEMO_MARK).touch()
    user = actions.add_user(*PERSON)
    actions.give_role(user, Place(org.id), roles.Role.MSP_ADMIN)

    def link() -> str:
        return f"{address}/link/{actions.make_link(user, models.Purpose.SIGN_IN, home, _LINK_LIFE)}"

    join = create_token(home, clinic, host="localhost", port=agents_port)
    return Practice(address, f"/{org.slug}/c/{clinic.slug}/", join, link(), link())
