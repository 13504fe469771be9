"""A made-up practice in a throw-away controller: org, clinic, a person, a join string.

It is made by the commands that a person would type. Only the links that sign in by themselves are
made in this process: no command makes one, and only a home with the demo's mark honours them.
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from controller.cli.demo.processes import finish
from controller.identity.home import DEMO_MARK

ORG, CLINIC = "North Quay IT (demo)", "Bright Smiles (demo)"
_ORG_SLUG, _CLINIC_SLUG = "north-quay-it-demo", "bright-smiles-demo"
_EMAIL, _NAME = "dr_lee@bright-smiles.example", "Dr. Lee"
_LINK_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Practice:
    """Where the demo's clinic stands, and what lets a person and a machine in."""

    address: str
    join: str
    person_link: str
    check_link: str

    @property
    def clinic_path(self) -> str:
        """The clinic's page."""
        return f"/{_ORG_SLUG}/c/{_CLINIC_SLUG}/"


def make(home: Path, agents_port: int, people_port: int) -> Practice:
    """Fill a new controller's home; call once a process, before any other use of Django."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / DEMO_MARK).touch(mode=0o600)
    command = ["-m", "controller.cli.app", "--home", str(home)]
    words = ["init", "--org", ORG, "--clinic", CLINIC, "--email", _EMAIL, "--name", _NAME]
    finish("`dentinel-controller init`", [*command, *words])
    made = ["token", "make", "--host", f"localhost:{agents_port}"]
    join = finish("`dentinel-controller token make`", [*command, *made]).strip()
    address = f"http://localhost:{people_port}"
    person, check = _links(home, address)
    return Practice(address, join, person, check)


def _links(home: Path, address: str) -> tuple[str, str]:
    """Two links that sign Dr. Lee in, once each: one for a person, one for the demo's own look."""
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ["DENTINEL_CONTROLLER_URL"] = address
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    import django

    django.setup()
    from controller.people import actions, models

    user = models.User.objects.get(email=_EMAIL)
    one, two = (actions.make_link(user, models.Purpose.SIGN_IN, home, _LINK_LIFE) for _ in range(2))
    return f"{address}/link/{one}", f"{address}/link/{two}"
