"""From a folder of rules to the file that machines get: `dentinel pack build`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="pack",
    help="Compile packs of rules.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def pack() -> None:
    """Compile packs of rules."""


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A pack: a folder with pack.yaml.")],
    to: Annotated[Path, typer.Option("-o", metavar="DIR", help="Where the file is written.")],
) -> None:
    """Check a pack, run its tests and compile it to DIR/VERSION.json. Exit 1 if it has errors.

    Example: dentinel pack build packs/north-quay -o out
    """
    from agent.cli.workbench import show, usable
    from rules.workbench.build import build as compile_checked
    from rules.workbench.test import run_tests

    with usable():
        tested = run_tests([folder])
        if not tested.is_green or len(tested.report.packs) != 1:
            show(tested.report, tested.all_problems, tested.counts, as_json=False)
            raise typer.Exit(1)
        made, data = compile_checked(tested.report.packs[0], to_publish=True)
        to.mkdir(parents=True, exist_ok=True)
        target = to / f"{made.version}.json"
        target.write_bytes(data)
    typer.echo(
        f"{target}: {made.pack} {made.version}, {len(made.rules)} rules, sha256 {made.sha256}"
    )
