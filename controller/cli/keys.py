"""`dentinel-controller keys`: the controller's own keys. Stop `serve` before one changes."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

app = typer.Typer(no_args_is_help=True, help="The controller's own keys.")


class Why(StrEnum):
    """Why a key changes; the old one ends at once for `compromise` alone."""

    AGE = "age"
    ORDER = "order"
    COMPROMISE = "compromise"


@app.command()
def show() -> None:
    """The public keys in force, and how far a change of a log's key or of the CA is.

    The keys of logs are printed by `dentinel-controller evidence policy`.

    Example: dentinel-controller keys show
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.fleet import own_keys
    from controller.identity import authority, succession
    from controller.identity.secrets import Keys

    keys = Keys.load(here)
    typer.echo(f"controller   {here.id()}")
    typer.echo(f"receipt key  {keys.receipt().public.hex}  (number {keys.generation})")
    typer.echo(f"logs' keys   {own_keys.beside(ready.by().at)} (evidence policy prints them)")
    for pem in succession.trusted(here):
        typer.echo(f"CA           {authority.spki(pem)}")
    phase = succession.phase(here)
    typer.echo(f"CA's change  {phase}")
    if phase is succession.Phase.STARTED:
        found = own_keys.readiness(here)
        whole = found.holders + len(found.lacking)
        typer.echo(f"             {found.holders} of {whole} active machines trust the new one")
        for one in found.lacking:
            typer.echo(f"             not yet: {one.host} {one.id}")


@app.command(name="rotate-receipt")
def rotate_receipt(
    *,
    why: Annotated[Why, typer.Option(help="Why it changes.")] = Why.ORDER,
) -> None:
    """A new key for answers and exports; old and new sign the notice, and every log holds it.

    Example: dentinel-controller keys rotate-receipt --why age
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.fleet import own_keys
    from controller.identity.sole import sole

    with sole(here):
        number = own_keys.rotate_receipt(here, ready.by(), why.value)
    typer.echo(f"receipt key number {number} is in force; agents hear of it with their next sync")


@app.command(name="rotate-log")
def rotate_log(
    *,
    why: Annotated[Why, typer.Option(help="Why they change.")] = Why.ORDER,
) -> None:
    """New keys for the signatures of all logs; for 30 days the old ones sign beside them.

    Agents hear of it with their next sync. Whoever checks evidence needs the new policy: hand it
    out within those days. After a theft (--why compromise) the old keys end at once.

    Example: dentinel-controller keys rotate-log --why age
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.fleet import own_keys
    from controller.identity.sole import sole

    with sole(here):
        ends = own_keys.rotate_logs(here, ready.by(), why.value)
    typer.echo(f"every log has a new key; {_beside(ends)}")
    typer.echo("next: dentinel-controller evidence policy > policy.txt, and hand it to whoever has")
    typer.echo("the one of before: an owner, an auditor, an accountant")


def _beside(ends: "datetime | None") -> str:
    if ends is None:
        return "no key before it signs any more"
    return f"the one before signs beside it until {ends:%Y-%m-%d}"


@app.command()
def recover(
    sheet: Annotated[
        typer.FileText,
        typer.Argument(
            metavar="FILE",
            encoding="utf-8",
            errors="replace",
            help="The sheet, typed into a file; - reads it from here.",
        ),
    ],
) -> None:
    """Restore the seed of this home from its recovery sheet.

    Example: dentinel-controller keys recover sheet.txt
    """
    from controller.cli import ready
    from controller.identity import recovery

    here = ready.home()
    found = recovery.read_sheet(sheet.read())
    recovery.restore(here, found)
    typer.echo(f"the seed of controller {found.controller} is in {Path(here.seed)} again")
