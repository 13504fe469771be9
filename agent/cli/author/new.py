"""`dentinel rules new`: a pack or a rule to begin with, which is sound from the first line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rules.workbench.new import Made

app = typer.Typer(
    name="new",
    help="Begin a pack or a rule, with its tests.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("pack")
def new_pack(
    name: Annotated[
        Path, typer.Argument(metavar="NAME", help="A new folder; its name is the pack's.")
    ],
) -> None:
    """Write a new pack with a first rule and its tests. Nothing is ever written over.

    Example: dentinel rules new pack our-practice
    """
    from agent.cli.workbench import usable
    from rules.workbench.new import new_pack as make

    with usable():
        made = make(name)
    _tell(
        made,
        f"dentinel rules test {made.pack}",
        f"dentinel rules new rule swap-encrypted --every volumes --pack {made.pack}",
    )


@app.command("rule")
def new_rule(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="A claim in small words: screen-locks.")
    ],
    every: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="A list of facts whose items are judged: volumes."),
    ] = None,
    pack: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The pack; needed only where several lie here."),
    ] = None,
) -> None:
    """Write a new rule and its tests into a pack. Nothing is ever written over.

    Example: dentinel rules new rule swap-encrypted --every volumes
    """
    from agent.cli.workbench import usable
    from rules.workbench.new import new_rule as make

    with usable():
        made = make(identifier, every, pack)
    rule, test = made.files
    _tell(
        made,
        f"say what must be true in {rule}",
        f"prove it in {test}",
        f"dentinel rules test {made.pack}",
    )


def _tell(made: "Made", *steps: str) -> None:
    from agent.cli.terminal import say

    written = [f"wrote {file}" for file in made.files]
    if not made.schemas.is_dir():
        steps = (*steps, f"dentinel rules schema --write {made.schemas}    (for your editor)")
    first, *rest = steps
    say("\n".join([*written, f"next: {first}", *(f"      {step}" for step in rest), ""]))
