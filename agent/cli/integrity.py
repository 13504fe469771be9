"""`dentinel integrity`: are the images of an archive as they were, and is a restored copy?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules.counted import counted

if TYPE_CHECKING:
    from agent.imaging.integrity import Sums
    from agent.paths import Home


def integrity(
    ctx: typer.Context,
    label: Annotated[str, typer.Argument(help="The label of an imaging folder that is summed.")],
    restored: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="A restored copy, to be compared."),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Take what changed silently as it is now.")
    ] = False,
) -> None:
    """Say which archived images changed while size and time did not; compare a restored copy.

    A folder is summed where its settings say `integrity = true`: a thirtieth of it a day.

    Exit 0: all is as it was; 1: something changed, or is other in the copy; 3: not all is summed.

    Example: dentinel integrity archive --restored /mnt/restored
    """
    from agent.imaging.ledger import Ledger

    home: Home = ctx.obj.home()
    _check(home, label)
    with Ledger.open(home.local) as ledger:
        if accept:
            typer.echo(f"{ledger.sums.accept(label):,} files are taken as they are now")
            return
        code = _standing(ledger.sums, label, ledger.now())
        if restored is not None:
            code = max(_compared(ledger.sums, label, restored), 3 if code == 3 else 0)
    raise typer.Exit(code)


def _check(home: "Home", label: str) -> None:
    """Is there such a folder, and is it summed? UsageError if not."""
    from agent import settings

    known = {root.label: root.integrity for root in settings.load(home).roots}
    if label not in known:
        there = f"there are {', '.join(sorted(known))}" if known else f"{home.settings} names none"
        raise typer.BadParameter(f"no imaging folder is labelled {label!r}: {there}")
    if not known[label]:
        raise typer.BadParameter(
            f"{label} is not summed: write integrity = true below it in {home.settings}"
        )


def _standing(sums: "Sums", label: str, now: float) -> int:
    found = sums.standing(label, now)
    typer.echo(
        f"{label}: {counted(found.summed, 'file')} summed, {found.changed:,} changed silently"
    )
    if found.changed:
        typer.echo("restore them from a copy made before; --accept takes them as they are")
        return 1
    if found.unsummed or found.stale:
        typer.echo(
            f"not read yet or not for a month: {counted(found.unsummed + found.stale, 'file')}"
        )
        return 3
    return 0


def _compared(sums: "Sums", label: str, restored: Path) -> int:
    paths = (str(path) for path in restored.rglob("*") if path.is_file() and not path.is_symlink())
    found = sums.compare(label, paths)
    typer.echo(
        f"{restored}: {counted(found.same, 'file')} as in {label}, {found.other:,} other or new,"
        f" {found.missing:,} not in the copy, {found.unread:,} unread"
    )
    return 1 if found.other or found.missing or found.unread else 0
