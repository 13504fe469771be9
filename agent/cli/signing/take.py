"""`dentinel pack take`: bring an author's folder up to date from what another handed over."""

from pathlib import Path
from typing import Annotated

import typer


def take(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="What dentinel pack publish wrote, or packs show."),
    ],
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The author's folder.")] = Path(),
    online: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A newer list of clinics and machines: online-keys.json."
        ),
    ] = None,
) -> None:
    """Check a hand-over against the roots that are known here, and take it in.

    In a new folder nothing is known: compare the digest of the first root with a colleague's.

    Example: dentinel pack take north-quay-4.dentinel-packs --folder our-rules
    """
    from agent import files
    from agent.errors import AuthorError
    from agent.packs.author.chain import check
    from agent.packs.author.desk import Desk, read_handover, read_roster

    desk = Desk(folder)
    is_new = not desk.signed.exists()
    handed = read_handover(file)
    checked = check(handed, () if is_new else desk.roots())
    held = None if is_new else desk.targets()
    if held is not None and held.signed.version > checked.targets.version:
        raise AuthorError(
            f"targets {held.signed.version} are here, and {file} holds {checked.targets.version}",
            "nothing goes back: take the newest one",
        )
    if online is not None:
        read_roster(online)
        desk.folder.mkdir(parents=True, exist_ok=True)
        files.write(desk.online, online.read_bytes(), mode=0o644)
    desk.take(handed)
    typer.echo(f"root {checked.root.version}, targets {checked.targets.version}")
    if is_new:
        typer.echo(f"root {min(handed.roots)} is {checked.first}")
        typer.echo("compare it with a colleague's: dentinel pack status")
