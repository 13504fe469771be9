"""`dentinel pack publish`: one file for the controller, with all that was signed."""

from pathlib import Path
from typing import Annotated

import typer

from rules.counted import counted, sized


def publish(
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The author's folder.")] = Path(),
    to: Annotated[
        Path | None,
        typer.Option(
            "-o", metavar="FILE", help="The file to write; else ORG-VERSION in the folder."
        ),
    ] = None,
) -> None:
    """Check all that was signed, and put it into one file to hand to the controller.

    The file holds no secret. The controller checks all of it again, and so does every machine.

    Example: dentinel pack publish --folder our-rules -o our-rules-4.dentinel-packs
    """
    from agent import files
    from agent.packs.author.chain import check
    from agent.packs.author.desk import Desk
    from evidence.handover import SUFFIX

    desk = Desk(folder)
    handed = desk.handover()
    checked = check(handed, desk.roots())
    name = f"{desk.roster().org.name}-{checked.targets.version}{SUFFIX}"
    file = to or folder / name
    data = handed.to_bytes()
    files.write(file, data, mode=0o644)
    typer.echo(
        f"{file}: root {checked.root.version}, targets {checked.targets.version}, ", nl=False
    )
    typer.echo(f"{counted(len(handed.files), 'file')}, {sized(len(data))}")
    typer.echo(f"next, on the controller: dentinel-controller packs publish {file.name}")
