"""`dentinel-controller restore`: an older database goes on, and the machines fill in the rest."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules.counted import counted

if TYPE_CHECKING:
    from controller.fleet.restart import Restarted
    from controller.ledger.generations import Outdated


def restore(
    source: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A file that `backup` wrote.")
    ] = None,
    *,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="The database in the home is the old one already.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Say what would be done, and change nothing.")
    ] = False,
    sheet: Annotated[
        Path | None, typer.Option(help="The recovery sheet as a text file, for an empty home.")
    ] = None,
) -> None:
    """Put a backup back, and begin a new generation of each log that had grown since.

    Nothing is signed twice: the old log is closed, the new one begins with the last checkpoint
    known, and machines send again what they sealed in the last 30 days. What was there is set
    aside, not deleted. With --verify: exit 0 no log needs a new generation, 1 at least one does.

    Example: dentinel-controller restore /mnt/nas/dentinel-2026-11-23.box
    """
    from controller.cli import putting_back, ready
    from controller.errors import Refusal
    from controller.identity.sole import sole

    if (source is not None) == (in_place or (verify and source is None)):
        raise Refusal(
            "a backup to read, or --in-place for the database that is here: one of the two",
            help="dentinel-controller restore FILE, or dentinel-controller restore --in-place",
        )
    here = ready.home()
    here.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with sole(here):
        if verify:
            raise typer.Exit(_say_what_would_be(putting_back.looked(here, source, sheet)))
        if source is not None:
            putting_back.put_back(here, source, sheet)
        _say_what_began(putting_back.began_anew(here))


def _say_what_would_be(old: "Iterable[Outdated]") -> int:
    found = tuple(old)
    for one in found:
        typer.echo(
            f"{one.log.origin}: {counted(one.log.size, 'entry', 'entries')} here,"
            f" {one.known.size:,} signed as far as is known: needs a new generation"
        )
    if not found:
        typer.echo("every log holds all that was signed: none needs a new generation")
    return int(bool(found))


def _say_what_began(began: "tuple[Restarted, ...]") -> None:
    for one in began:
        typer.echo(f"{one.old} is closed with {one.held} of {one.signed} signed entries")
        typer.echo(f"  it goes on as {one.new}")
    if began:
        typer.echo(
            "open join strings were withdrawn; make new ones: dentinel-controller token make"
        )
        typer.echo(
            "everybody signs in anew; roles that ended and machines that were revoked since the"
            " backup are as they were in it: end them again"
        )
        typer.echo("machines send again by themselves what they sealed in the last 30 days")
        typer.echo("one that joined after the backup has to join again: dentinel enroll JOIN")
    else:
        typer.echo("every log holds all that was signed, and goes on as it was")
    typer.echo("\nnext: dentinel-controller serve")
