"""`dentinel-controller token`: leave for machines to join."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.typed import say_each

if TYPE_CHECKING:
    from controller.fleet.models import JoinToken

app = typer.Typer(no_args_is_help=True, help="Leave for machines to join.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[
    str | None, typer.Option(help="The clinic's short name, if there is more than one.")
]


class Use(StrEnum):
    """What a machine is for; the words of the fact `host`."""

    WORKSTATION = "workstation"
    OPERATORY = "operatory"
    FRONT_DESK = "front_desk"
    SERVER = "server"
    IMAGING_SERVER = "imaging_server"
    NAS = "nas"


class Approval(StrEnum):
    """Does a machine that joins count at once, or after a person said yes?"""

    AUTO = "auto"
    MANUAL = "manual"


class Platform(StrEnum):
    """The systems that a token may be for."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"


@app.command()
def make(
    *,
    org: _Org = None,
    clinic: _Clinic = None,
    host: Annotated[
        str,
        typer.Option(
            envvar="DENTINEL_CONTROLLER_AGENTS",
            metavar="HOST:PORT",
            help="Where machines find this server.",
        ),
    ] = "localhost:8443",
    use: Annotated[Use | None, typer.Option(help="What the machine is for.")] = None,
    uses: Annotated[
        int, typer.Option(min=1, max=500, help="How many machines may join by it.")
    ] = 1,
    hours: Annotated[int, typer.Option(min=1, max=720, help="How long it can be used.")] = 72,
    platform: Annotated[
        list[Platform] | None, typer.Option(help="For this system only; may stand several times.")
    ] = None,
    approval: Annotated[
        Approval | None,
        typer.Option(
            help="auto: approved at once; manual: waits. Without it manual, if it has several uses."
        ),
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="Short name of the building in which it will stand.")
    ] = None,
) -> None:
    """Make a join string; it is shown once and not kept.

    Example: dentinel-controller token make --clinic bright-smiles --host controller.lan:8443
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.fleet import models, queries
    from controller.fleet.actions import TokenOrder, create_token
    from controller.tenants.scope import Place

    where = ready.org(org)
    name, port = ready.reached_at(host)
    chosen = ready.clinic(where, clinic)
    order = TokenOrder(
        clinic=chosen.id,
        host=name,
        port=port,
        role=use or "",
        presence=queries.presence(use or ""),
        max_uses=uses,
        life=timedelta(hours=hours),
        platforms=tuple(platform or ()),
        approval=models.Approval(approval) if approval else None,
        site=ready.site(chosen, site),
    )
    typer.echo(str(create_token(here, Place(where.id), order, ready.by())))


@app.command(name="list")
def show(org: _Org = None) -> None:
    """Tokens, the newest first, and what became of them.

    Example: dentinel-controller token list
    """
    from controller.cli import ready

    ready.opened()
    from controller.fleet import queries
    from controller.tenants.scope import Place

    lines = (
        f"{one.tid}  {one.clinic.name}  used {one.uses} of {one.max_uses}  {_end(one)}"
        f"  by {one.made_by}"
        for one in queries.join_tokens(Place(ready.org(org).id))
    )
    say_each(lines, "no tokens: dentinel-controller token make")


def _end(token: "JoinToken") -> str:
    return "withdrawn" if token.withdrawn_at else f"ends {token.expires_at:%Y-%m-%d %H:%M} UTC"


@app.command(name="show")
def uses(
    number: Annotated[str, typer.Argument(help="The token's number, as `token list` shows it.")],
    org: _Org = None,
) -> None:
    """What a token allows, and which machines joined by it, from where and when.

    Example: dentinel-controller token show abcdefghij234
    """
    from controller.cli import ready

    ready.opened()
    from controller.fleet import queries
    from controller.tenants.scope import Place

    place = Place(ready.org(org).id)
    one = queries.join_token(place, number)
    for name, value in (
        ("clinic", one.clinic.name),
        ("made by", f"{one.made_by}, {one.made_at:%Y-%m-%d %H:%M} UTC"),
        ("ends", f"{one.expires_at:%Y-%m-%d %H:%M} UTC"),
        ("approval", one.approval),
        ("systems", ", ".join(one.platforms) or "any"),
        ("used", f"{one.uses} of {one.max_uses}"),
    ):
        typer.echo(f"{name:<9} {value}")
    for use in queries.uses(place, one.id):
        machine = f"{use.machine.host}  {use.machine.state}  {use.machine_id}"
        typer.echo(f"{use.at:%Y-%m-%d %H:%M} UTC  from {use.address}  {machine}")


@app.command()
def revoke(
    number: Annotated[str, typer.Argument(help="The token's number, as `token list` shows it.")],
    org: _Org = None,
) -> None:
    """Let nobody join by a token any more; machines that did stay.

    Example: dentinel-controller token revoke abcdefghij234
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.fleet import actions, queries
    from controller.tenants.scope import Place

    place = Place(ready.org(org).id)
    found = queries.join_token(place, number)
    actions.withdraw_token(here, place, found.id, ready.by())
    typer.echo(f"nobody joins by {number} any more")
