"""`dentinel show`: where the file behind a finding lies, for an administrator of this machine."""

from typing import Annotated

import typer


def show(
    ctx: typer.Context,
    finding: Annotated[
        str, typer.Argument(metavar="ID", help="The id of a finding, as the report has it.")
    ],
) -> None:
    """Show the local path behind a finding. That it was shown is reported, the path is not.

    Example: dentinel show 0f3ad1c2b4e5968778695a4b3c2d1e0f
    """
    from agent.imaging.reveal import reveal

    path = reveal(ctx.obj.home(), finding)
    typer.echo(path.encode(errors="surrogateescape").decode(errors="backslashreplace"))
