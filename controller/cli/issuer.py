"""`dentinel-controller issuer`: by which sign-in services (OpenID Connect) people may come in."""

import sys
from typing import Annotated

import typer

from controller.cli.typed import say_each

app = typer.Typer(
    no_args_is_help=True, help="Sign-in services (OpenID Connect) by which people may come in."
)

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="The service's address, as it writes it itself.")],
    *,
    name: Annotated[str, typer.Option(help="What people call it.")],
    client_id: Annotated[str, typer.Option(help="As whom it knows this server.")],
    org: _Org = None,
    trusted: Annotated[
        bool, typer.Option("--trusted", help="A second factor that it shows counts.")
    ] = False,
    acr: Annotated[
        list[str] | None, typer.Option(help="A word by which its `acr` says so; may be repeated.")
    ] = None,
) -> None:
    """Set a sign-in service up. The client's secret is read from standard input.

    Example: dentinel-controller issuer add https://login.north-quay.example --name "Staff login"
    --client-id dentinel --trusted < secret.txt
    """
    from controller.cli import ready

    here = ready.opened()
    from django.conf import settings

    from controller.people.oidc import issuers

    secret = sys.stdin.readline().strip()
    wanted = issuers.Wanted(name, url, client_id, secret, trusted, tuple(acr or ()))
    row = issuers.add(here, ready.org(org), wanted, ready.by())
    typer.echo(f"{name} is set up as {row.id}")
    typer.echo(
        f"put this address into it, to come back to:\n  {settings.PUBLIC_URL}/oidc/{row.id}/back"
    )


@app.command(name="list")
def show(org: _Org = None) -> None:
    """The services that are set up.

    Example: dentinel-controller issuer list
    """
    from controller.cli import ready

    ready.opened()
    from controller.people.oidc import issuers
    from controller.tenants.scope import Place

    factors = {True: "its second factor counts", False: "our second factor is asked for"}
    lines = (
        f"{row.id}  {row.name}  {row.url}  client {row.client_id}, {factors[row.is_trusted]}"
        for row in issuers.of_org(Place(ready.org(org).id))
    )
    say_each(lines, "no sign-in service: dentinel-controller issuer add")


@app.command()
def end(
    number: Annotated[str, typer.Argument(help="Its id, as `issuer list` shows it.")],
    org: _Org = None,
) -> None:
    """Nobody comes in by a service any more; what people had connected is forgotten.

    Example: dentinel-controller issuer end 7b1f0c9e-5a52-4f0e-9a39-6f5b1b6f2f10
    """
    from uuid import UUID

    from controller.cli import ready
    from controller.errors import Refusal

    here = ready.opened()
    from controller.people.oidc import issuers
    from controller.tenants.scope import Place

    try:
        key = UUID(number)
    except ValueError as error:
        raise Refusal(f"{number!r} is no id", help="`dentinel-controller issuer list`") from error
    issuers.end(here, Place(ready.org(org).id), key, ready.by())
    typer.echo("nobody comes in by it any more")
