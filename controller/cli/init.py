"""`dentinel-controller init`: a home with keys, the tables, the practice, and its first person."""

import os
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome
    from controller.tenants.models import Org


class Step(StrEnum):
    """The steps by which one CA follows another."""

    START = "start"
    SERVE = "serve"
    FINISH = "finish"
    ROLLBACK = "rollback"


_AFTER = {
    Step.START: "agents hear of the new CA with their next sync; `keys show` counts them. Start"
    " `serve` again; when they have it: init --rotate-ca serve",
    Step.SERVE: "the new CA serves from the next start of `serve` on. When all is well:"
    " init --rotate-ca finish; else: init --rotate-ca rollback",
    Step.FINISH: "agents hear with their next sync to trust the new CA alone. Start `serve` again",
    Step.ROLLBACK: "the former CA serves from the next start of `serve` on",
}


def init(
    *,
    org: Annotated[
        str | None, typer.Option(help="Name of the practice or MSP that runs it.")
    ] = None,
    clinic: Annotated[str | None, typer.Option(help="Name of a clinic of it.")] = None,
    zone: Annotated[str, typer.Option(help="The clinic's time zone.")] = "UTC",
    email: Annotated[
        str | None, typer.Option(help="First person: e-mail, an administrator.")
    ] = None,
    name: Annotated[str, typer.Option(help="First person: name.")] = "Administrator",
    rotate_ca: Annotated[
        Step | None, typer.Option(help="One step of a change of the CA; nothing else is done.")
    ] = None,
    give_up: Annotated[
        bool,
        typer.Option(
            "--give-up", help="Let the new CA serve though machines lack it: they join anew."
        ),
    ] = False,
) -> None:
    """Make the controller's home and tables; run it again to upgrade them, or to add a clinic.

    Example: dentinel-controller init --org "North Quay IT" --clinic "Bright Smiles"
    --zone America/New_York --email dr_lee@bright-smiles.example

    A new CA, a step at a time while `serve` is stopped: dentinel-controller init --rotate-ca start
    """
    if rotate_ca is not None:
        _rotate_ca(rotate_ca, give_up=give_up)
        return
    zone = _zone(zone)
    _refuse_what_cannot_be(org, clinic, email)
    here = _home()
    _tables(here)
    if org is not None:
        place = _org(here, org)
        if clinic is not None:
            _clinic(here, place, clinic, zone)
        if email is not None:
            _first_person(here, place, email, name)
    typer.echo(f"\nnext: {_next()}")


def _refuse_what_cannot_be(org: str | None, clinic: str | None, email: str | None) -> None:
    """Refusal before anything is made: a name that was mistyped leaves no half of a practice."""
    from controller.errors import Refusal
    from controller.people.address import require_address

    for name in (org, clinic):
        if name is not None:
            _short(name)
    if email is not None:
        require_address(email)
    if org is None and (clinic or email):
        raise Refusal(
            f"nobody has said whose {'clinic' if clinic else 'first person'} this is",
            help="name the practice or MSP too: --org NAME",
        )


def _next() -> str:
    from controller.people.models import User
    from controller.tenants.queries import orgs

    if not orgs():
        return 'dentinel-controller init --org "NAME" --clinic "NAME" --email ADDRESS'
    if not User.objects.exists():
        return f'dentinel-controller init --org "{orgs()[0].name}" --email ADDRESS'
    return "dentinel-controller serve"


def _rotate_ca(step: Step, *, give_up: bool) -> None:
    """Agents hear of a new CA, then it serves, then the old one goes (trust.md, section 6)."""
    from controller.cli import ready

    here, by = ready.opened(), ready.by()
    from controller.fleet import own_keys
    from controller.identity.sole import sole

    with sole(here):
        if step is Step.SERVE:
            for one in own_keys.serve_ca(here, by, give_up=give_up).lacking:
                typer.echo(f"given up: {one.host} {one.id}: run `dentinel enroll JOIN` there")
        else:
            {
                Step.START: own_keys.start_ca,
                Step.FINISH: own_keys.finish_ca,
                Step.ROLLBACK: own_keys.roll_back_ca,
            }[step](here, by)
    typer.echo(_AFTER[step])


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

    from controller.cli import tables

    os.umask(0o077)
    django.setup()
    done = tables.bring_up(here)
    said = "made" if done.is_new else "brought to this release" if done.steps else "current"
    typer.echo(f"tables are {said}")


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
