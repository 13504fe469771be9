"""`dentinel verify`: is this evidence bundle true?"""

import enum
from pathlib import Path
from typing import Annotated

import typer


class Format(enum.StrEnum):
    """For people or for programs."""

    TEXT = "text"
    JSON = "json"


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", show_default=False)],
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Names the log's key: have it by another way than the bundle.",
            show_default=False,
        ),
    ] = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A checkpoint of this log that you were handed or mailed, and kept.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Check an evidence bundle, offline: 0 proven, 1 false, 2 incomplete.

    Example: dentinel verify clinic.dentinel-evidence --policy clinic.policy
    """
    from evidence.verify.ask import Brought, ask

    code, answer = ask(bundle, Brought(policy, checkpoint), as_json=output is Format.JSON)
    typer.echo(answer, nl=False)
    raise typer.Exit(code)
