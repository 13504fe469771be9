"""`dentinel show`: where the file behind a finding lies, for an administrator of this machine."""

import sys
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
    typer.echo(written(path, is_terminal=sys.stdout.isatty()))


def written(path: str, *, is_terminal: bool) -> str:
    """A path for a pipe as it is; for a terminal with what would steer it spelt out.

    Whoever may write into an imaging folder names its files, and root reads them here.
    """
    plain = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if not is_terminal:
        return plain
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in plain)
