"""What every command of the shell stands on: a home with keys, Django on it, and who acts."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome
    from controller.ledger.actions import By
    from controller.tenants.models import Clinic, Org


def home() -> "ControllerHome":
    """The home that `--home` or the environment names."""
    from controller.identity.home import ControllerHome

    return ControllerHome(Path(os.environ["DENTINEL_CONTROLLER_HOME"]))


def found() -> "ControllerHome":
    """The home with its keys, and Django ready on it, whatever its tables; HomeProblem if unfit."""
    from controller.identity.secrets import Keys

    here = home()
    Keys.load(here)
    import django

    django.setup()
    return here


def opened() -> "ControllerHome":
    """The same with tables of this release; HomeProblem if they are not."""
    here = found()
    _require_tables(here)
    return here


def _require_tables(here: "ControllerHome") -> None:
    from controller.cli import tables
    from controller.errors import HomeProblem

    if tables.are_older(here):
        raise HomeProblem(
            f"the tables of {here.root} are older than this release",
            help="`dentinel-controller serve` keeps a backup and brings them up as it starts;"
            " `dentinel-controller migrate` does that alone",
        )
    with tables.readable(here):
        from controller.fleet import own_keys

        own_keys.settle(here)


def reached_at(address: str) -> tuple[str, int]:
    """The HOST:PORT at which machines find this server; Refusal for anything else."""
    from controller.errors import Refusal

    parts = re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):([1-9][0-9]{0,4})", address)
    if parts is None or int(parts[2]) > 65535:
        raise Refusal(
            f"{address!r} is no address at which machines find a server",
            help="write it as controller.lan:8443",
        )
    return parts[1].strip("[]"), int(parts[2])


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
            "there is no org yet",
            help="`dentinel-controller init --org NAME --clinic NAME --email ADDRESS`",
        )
    raise NotThere(
        f"there is no org {slug!r}" if slug else "there is more than one org",
        help=f"say one of: {', '.join(f'--org {one.slug}' for one in there)}",
    )


def site(clinic: "Clinic", slug: str | None) -> "UUID | None":
    """The id of a building of a clinic, by its slug; NotThere names the choice."""
    from controller.errors import NotThere
    from controller.tenants.queries import sites
    from controller.tenants.scope import Place

    if slug is None:
        return None
    there = {one.slug: one.id for one in sites(Place(clinic.org_id).clinic(clinic.id))}
    if slug not in there:
        choice = ", ".join(f"--site {one}" for one in there)
        raise NotThere(
            f"{clinic.name} has no site {slug!r}",
            help=f"say one of: {choice}" if there else "it has none: leave --site away",
        )
    return there[slug]


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
