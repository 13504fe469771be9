"""From a folder of rules to what machines are judged by: build, sign and hand over.

`dentinel pack build` stands here; what has to do with keys is a file each in agent.cli.signing.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.signing.keys import keys
from agent.cli.signing.publish import publish
from agent.cli.signing.sign import sign
from agent.cli.signing.status import status
from agent.cli.signing.take import take
from rules import whole
from rules.counted import counted

if TYPE_CHECKING:
    from rules.workbench.release import Release

app = typer.Typer(
    name="pack",
    help="Compile, sign and hand over packs of rules.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def pack() -> None:
    """Compile, sign and hand over packs of rules."""


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A pack: a folder with pack.yaml.")],
    to: Annotated[Path, typer.Option("-o", metavar="DIR", help="Where the file is written.")],
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="PACK",
            help="The version before, compiled or as a folder: no id may be lost, and the new "
            "version must say how much changed.",
        ),
    ] = None,
    tailoring: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="What a practice sets otherwise: compiled beside it."),
    ] = None,
) -> None:
    """Check a pack, run its tests and mutants, and compile it to DIR/VERSION.json.

    It stops at the first stage that finds an error, writes nothing, and exits 1.

    Example: dentinel pack build packs/north-quay --previous out/1.0.0.json -o out
    """
    from datetime import UTC, datetime

    from agent.cli.author.args import Written
    from agent.cli.terminal import progress
    from agent.cli.workbench import usable, write
    from rules.workbench.opened import opened
    from rules.workbench.release import Draft, release

    with usable():
        draft = Draft(
            folder=folder,
            today=datetime.now(UTC).date(),
            previous=None if previous is None else opened(previous),
            tailorings=tuple(tailoring or ()),
        )
        done = release(draft, progress())
        if done.pack is None:
            write(done.outcome, Written.TEXT)
            raise typer.Exit(1)
        _save(done, to)


def _save(done: "Release", to: Path) -> None:
    """Write the files, each whole or not at all."""
    import hashlib

    to.mkdir(parents=True, exist_ok=True)
    for name, data in done.files.items():
        whole.write(to / name, data)
        typer.echo(
            f"{to / name}: {counted(len(data), 'byte')}, sha256 {hashlib.sha256(data).hexdigest()}"
        )
    if done.pack is not None:
        typer.echo(f"{done.pack.pack} {done.pack.version}, {counted(len(done.pack.rules), 'rule')}")


app.command()(keys)
app.command()(sign)
app.command()(publish)
app.command()(take)
app.command()(status)
