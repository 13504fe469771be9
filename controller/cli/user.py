"""`dentinel-controller user`: who may sign in, as what, and where."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.typed import day
from controller.people.roles import Role

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome
    from controller.people.models import User

app = typer.Typer(no_args_is_help=True, help="Who may sign in, as what, and where.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="E-mail, the name to sign in with.")],
    *,
    role: Annotated[Role, typer.Option(help="What the person is there.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    org: _Org = None,
    clinic: Annotated[str | None, typer.Option(help="One clinic; without it all of them.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="Day on which the role ends, at 0:00 UTC."),
    ] = None,
) -> None:
    """Let a person in, or give one who has an account a role in another place.

    Example: dentinel-controller user add front_desk@bright-smiles.example --role office_manager
    --clinic bright-smiles
    """
    from controller.cli import ready

    if until is not None and until <= datetime.now(tz=UTC):
        raise typer.BadParameter(
            f"--until {until:%Y-%m-%d} lies behind us: the role would have ended"
        )
    here = ready.opened()
    from controller.errors import NotThere
    from controller.people import actions, queries
    from controller.tenants.scope import Place

    where = ready.org(org)
    place = Place(where.id)
    if clinic is not None:
        place = place.clinic(ready.clinic(where, clinic).id)
    try:
        user, is_new = queries.by_email(email), False
    except NotThere:
        user, is_new = actions.add_user(email, name or email.partition("@")[0]), True
    actions.give_role(here, user, actions.Grant(place, role, until), ready.by())
    typer.echo(f"{user} is {role} in {clinic or where.name}")
    if is_new:
        told_link(here, user)


@app.command(name="list")
def show(org: _Org = None) -> None:
    """Who is what, and where.

    Example: dentinel-controller user list
    """
    from controller.cli import ready

    ready.opened()
    from controller.people import oneself, queries
    from controller.tenants.scope import Place

    where = ready.org(org)
    for one in queries.members(Place(where.id)):
        place = one.clinic.name if one.clinic else "all clinics"
        until = f", until {one.until:%Y-%m-%d}" if one.until else ""
        how = f", by break-glass until {one.until:%H:%M} UTC" if one.is_emergency else until
        named = "".join(
            f", {word}{' (self-designated)' if word in one.by_oneself else ''}"
            for word in one.designations
        )
        own = " (self-given)" if oneself.ROLE in one.by_oneself else ""
        typer.echo(f"{one.user.email}  {one.role}{own} in {place}{how}{named}")


@app.command()
def password(
    email: Annotated[str, typer.Argument(help="E-mail of the account.")],
) -> None:
    """Make a link with which a person chooses a new password.

    Example: dentinel-controller user password dr_lee@bright-smiles.example
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.people import queries

    told_link(here, queries.by_email(email))


@app.command()
def reset_second_factor(
    email: Annotated[str, typer.Argument(help="E-mail of the account.")],
) -> None:
    """Take away the second factor of a person who lost phone, passkeys and recovery codes.

    At the next sign-in a new one is set up, with the password alone: be sure who asks.

    Example: dentinel-controller user reset-second-factor dr_lee@bright-smiles.example
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.people import actions, queries

    user = queries.by_email(email)
    actions.reset_second_factor(here, user, ready.by())
    typer.echo(f"{user} sets up a new second factor at the next sign-in; open sessions have ended")


@app.command()
def break_glass(
    email: Annotated[str, typer.Argument(help="E-mail of the account.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, in a few words: it stands in the audit log.")],
    org: _Org = None,
) -> None:
    """Give a person an administrator's rights for 60 minutes, when no administrator can be had.

    It stands in the org's log and on each of its pages while it lasts; every administrator is told
    by mail. It gives nobody a second factor or password: `user password` does.

    Example: dentinel-controller user break-glass sam@north-quay.example --reason "Dr. Lee's phone
    fell into the sea"
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.alerts import broken_glass
    from controller.people import queries

    user = queries.by_email(email)
    done = broken_glass.break_glass(here, ready.org(org), user, reason, ready.by())
    typer.echo(f"{user} has an administrator's rights until {done.held.until:%H:%M} UTC")
    if done.mailed:
        typer.echo(f"told by mail, as soon as the controller runs: {_names(done.mailed)}")
    if done.unreached:
        typer.echo(f"no mail channel of the org: tell them yourself: {_names(done.unreached)}")


def _names(users: "list[User]") -> str:
    return ", ".join(one.email for one in users)


def told_link(here: "ControllerHome", user: "User") -> None:
    """Make a link for a first or new password and print it: the one time that it is seen."""
    from django.conf import settings

    from controller.people import actions
    from controller.people.models import Purpose

    secret = actions.make_link(user, Purpose.PASSWORD, here.root, actions.PASSWORD_LINK_LASTS)
    hours = actions.PASSWORD_LINK_LASTS.total_seconds() // 3600
    typer.echo(
        f"\n{user.email} chooses a password here, once, within {hours:.0f} hours:\n"
        f"  {settings.PUBLIC_URL}/link/{secret}"
    )
