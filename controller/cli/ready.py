"""What every command of the shell stands on: a home with keys, Django on it, and who acts."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome
    from controller.ledger.actions import By
    from controller.tenants.models import Clinic, Org


def home() -> "ControllerHome":
    """The home that `--home` or the environment names."""
    from controller.identity.home import ControllerHome

    return ControllerHome(Path(os.environ["DENTINEL_CONTROLLER_HOME"]))


def opened() -> "ControllerHome":
    """The home, its keys checked, and Django ready on it; HomeProblem says what is missing."""
    from controller.identity.secrets import Keys

    here = home()
    Keys.load(here)
    import django

    django.setup()
    return here


def by() -> "By":
    """Who acts: whoever has the server's shell."""
    from controller.ledger.actions import By

    return By("shell", "", datetime.now(tz=UTC))


def org(slug: str | None) -> "Org":
    """The org of that slug; without one the only org there is. NotThere names the choice."""
    from controller.errors import NotThere
    from controller.tenants.queries import orgs

    there = list(orgs())
    chosen = [one for one in there if slug in (None, one.slug)]
    if len(chosen) == 1:
        return chosen[0]
    if not there:
        raise NotThere(
            "there is no org yet", help="`dentinel-controller init --org NAME --clinic NAME`"
        )
    raise NotThere(
        f"there is no org {slug!r}" if slug else "there is more than one org",
        help=f"say one of: {', '.join(f'--org {one.slug}' for one in there)}",
    )


def clinic(org: "Org", slug: str | None) -> "Clinic":
    """The clinic of that slug; without one the only clinic of the org. NotThere as for orgs."""
    from controller.errors import NotThere
    from controller.tenants.queries import clinics
    from controller.tenants.scope import Place

    there = list(clinics(Place(org.id)))
    chosen = [one for one in there if slug in (None, one.slug)]
    if len(chosen) == 1:
        return chosen[0]
    if not there:
        raise NotThere(
            f"{org.name} has no clinic yet",
            help=f'`dentinel-controller init --org "{org.name}" --clinic NAME`',
        )
    raise NotThere(
        f"{org.name} has no clinic {slug!r}" if slug else f"{org.name} has more than one clinic",
        help=f"say one of: {', '.join(f'--clinic {one.slug}' for one in there)}",
    )
