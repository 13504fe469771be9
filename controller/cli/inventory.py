"""`dentinel-controller inventory`: which machines do the lists of others name?"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Machines that the lists of others name.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[
    str | None, typer.Option(help="The clinic's short name, if there is more than one.")
]


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV export of an RMM or a directory.")],
    org: _Org = None,
    clinic: _Clinic = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
) -> None:
    """Take over a list of machines; exit 1 and nothing is taken if a line is wrong.

    Example: dentinel-controller inventory import devices.csv --dry-run
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.errors import HomeProblem
    from controller.inventory import actions, sheet

    chosen = ready.clinic(ready.org(org), clinic)
    try:
        read = sheet.read(file.read_bytes())
    except OSError as error:
        raise HomeProblem(f"{file} cannot be read: {error.strerror}", help="name a file") from error
    for one in read.wrong:
        typer.echo(f"{file}:{one.line}:{one.column}: {one.what}")
    if read.wrong:
        raise typer.Exit(1)
    planned = (
        actions.plan(chosen, read)
        if dry_run
        else actions.take(here, chosen, read, file.name, ready.by())
    )
    verb = "would be" if dry_run else "are"
    typer.echo(
        f"{len(planned.new)} new and {len(planned.known)} known machines {verb} in the inventory"
        f" of {chosen.name}; {len(planned.lacking)} stand there that this list lacks"
    )
