"""`dentinel-controller audit`: who did what, and is it all as it was logged?"""

from typing import Annotated

import typer

from rules.counted import counted

app = typer.Typer(no_args_is_help=True, help="Who did what, and is it all as it was logged?")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]


@app.command(name="list")
def show(
    org: _Org = None,
    last: Annotated[int, typer.Option(help="How many acts, the newest first.", min=1)] = 50,
) -> None:
    """The newest acts: when, who, from where, what.

    Example: dentinel-controller audit list --last 20
    """
    from controller.cli import ready

    ready.opened()
    from controller.ledger import queries
    from controller.tenants.scope import Place

    for row in queries.acts(Place(ready.org(org).id))[:last]:
        where = f" from {row.address}" if row.address else ""
        typer.echo(f"{row.n:>6}  {row.at:%Y-%m-%d %H:%M:%S}Z  {row.actor}{where}  {row.action} "
                   f"{row.object}".rstrip())  # fmt: skip


@app.command()
def verify(org: _Org = None) -> None:
    """Hold every row of the ledger against the signed log; exit 1 if anything differs.

    Example: dentinel-controller audit verify
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.ledger.check import check

    where = ready.org(org)
    found = check(here, where.id)
    for difference in found:
        typer.echo(str(difference))
    if found:
        typer.echo(
            f"{counted(len(found), 'difference')}: these tables are not those that were signed"
        )
        raise typer.Exit(1)
    typer.echo(f"the ledger of {where.name} is as it was logged and signed")
