"""`dentinel-controller checkpoint`: the newest signed state of a log, to be kept elsewhere."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from controller.exports.checkpoints import Newest

app = typer.Typer(
    no_args_is_help=True,
    help="The newest signed state of a log, to be kept where this server cannot reach it.",
)

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[
    str | None, typer.Option(help="The clinic's short name, if there is more than one.")
]


@app.command()
def show(org: _Org = None, clinic: _Clinic = None) -> None:
    """Print the signed note itself: mail it, and give it to `dentinel verify --checkpoint`.

    Example: dentinel-controller checkpoint show | mail -s checkpoint accountant@example.com
    """
    typer.echo(_newest(org, clinic).note, nl=False)


@app.command(name="print")
def sheet(org: _Org = None, clinic: _Clinic = None) -> None:
    """Print a sheet for the safe: the note, and a short code to read aloud.

    Example: dentinel-controller checkpoint print | lp
    """
    typer.echo(_newest(org, clinic).sheet, nl=False)


def _newest(org: str | None, clinic: str | None) -> "Newest":
    from controller.cli import ready

    ready.opened()
    from controller.exports import checkpoints
    from controller.tenants.scope import Place

    where = ready.org(org)
    return checkpoints.newest(Place(where.id), ready.clinic(where, clinic).id)
