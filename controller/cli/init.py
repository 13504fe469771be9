"""`dentinel-controller init`: a home with keys, the tables, the practice, and its first person."""

import os
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome
    from controller.tenants.models import Org


def init(
    org: Annotated[
        str | None, typer.Option(help="Name of the practice or MSP that runs it.")
    ] = None,
    clinic: Annotated[str | None, typer.Option(help="Name of a clinic of it.")] = None,
    zone: Annotated[str, typer.Option(help="The clinic's time zone.")] = "UTC",
    email: Annotated[
        str | None, typer.Option(help="First person: e-mail, an administrator.")
    ] = None,
    name: Annotated[str, typer.Option(help="First person: name.")] = "Administrator",
) -> None:
    """Make the controller's home and tables; run it again to upgrade them, or to add a clinic.

    Example: dentinel-controller init --org "North Quay IT" --clinic "Bright Smiles"
    --zone America/New_York --email dr_lee@bright-smiles.example
    """
    zone = _zone(zone)
    here = _home()
    _tables(here)
    if org is not None:
        place = _org(here, org)
        if clinic is not None:
            _clinic(here, place, clinic, zone)
        if email is not None:
            _first_person(here, place, email, name)
    typer.echo("\nnext: dentinel-controller serve")


def _home() -> "ControllerHome":
    """Folder, keys and CA. The recovery sheet is shown when the seed is made, and only then."""
    from controller.cli import ready
    from controller.errors import HomeProblem
    from controller.identity import authority
    from controller.identity.secrets import Keys, recovery_sheet
    from controller.ledger.lock import CheckpointLock

    here = ready.home()
    try:
        here.make(uuid4())
        is_new = not here.seed.exists()
        keys = Keys.make(here, secrets.token_bytes)
        if is_new:
            CheckpointLock.make(here)
        authority.ensure(here, keys, ["localhost"], datetime.now(tz=UTC))
    except OSError as error:
        raise HomeProblem(
            f"{here.root} cannot be made: {error.strerror}",
            help="name a folder that you may write to: `dentinel-controller --home DIR init`",
        ) from error
    typer.echo(f"{'made' if is_new else 'found'} the controller's home {here.root}")
    if is_new:
        typer.echo(f"\n{recovery_sheet(keys, here.id())}")
    return here


def _tables(here: "ControllerHome") -> None:
    import django
    from django.core.management import call_command

    from controller.cli import ready

    os.umask(0o077)
    django.setup()
    with ready.readable(here):
        call_command("migrate", verbosity=0)
    typer.echo("tables are current")


def _org(here: "ControllerHome", name: str) -> "Org":
    from controller.cli import ready
    from controller.ledger.actions import open_org
    from controller.pages.home import is_free
    from controller.tenants.queries import orgs

    slug = _short(name)
    found = orgs().filter(slug=slug).first()
    if found is not None:
        return found
    is_free(slug)
    made = open_org(here, name, slug, ready.by())
    typer.echo(f"made the org {name} ({slug})")
    return made


def _clinic(here: "ControllerHome", org: "Org", name: str, zone: str) -> None:
    from controller.cli import ready
    from controller.ledger.actions import open_clinic
    from controller.tenants.models import Clinic
    from controller.tenants.scope import Place

    slug = _short(name)
    if Clinic.objects.at(Place(org.id)).filter(slug=slug).exists():
        return
    by = ready.by()
    clinic = Clinic(org=org, name=name, slug=slug, time_zone=zone, made_at=by.at)
    open_clinic(here, clinic, by)
    typer.echo(f"made the clinic {name} ({slug})")


def _short(name: str) -> str:
    from django.utils.text import slugify

    from controller.errors import Refusal

    if not slugify(name):
        raise Refusal(
            f"{name!r} has no letter that can stand in an address", help='say one like "North Quay"'
        )
    return slugify(name)


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from controller.errors import Refusal

    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refusal(
            f"there is no time zone {name!r}", help="say one like `--zone America/New_York`"
        ) from error


def _first_person(here: "ControllerHome", org: "Org", email: str, name: str) -> None:
    from controller.cli import ready
    from controller.cli.user import told_link
    from controller.people import actions
    from controller.people.roles import Role
    from controller.tenants.scope import Place

    user = actions.add_user(email, name)
    actions.give_role(here, user, actions.Grant(Place(org.id), Role.MSP_ADMIN), ready.by())
    typer.echo(f"made the administrator {user}")
    told_link(here, user)
