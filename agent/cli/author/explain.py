"""`dentinel rules explain`: why does a rule come to its verdict here?"""

from pathlib import Path
from typing import Annotated

import typer


def explain(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", show_default=False)],
    facts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What dentinel facts --format json wrote; else this machine."
        ),
    ] = None,
    pack: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A compiled pack; else the built-in one.")
    ] = None,
) -> None:
    """Say why a rule comes to its verdict here, or what a problem id such as DL302 means.

    Example: dentinel rules explain volumes-encrypted --facts facts.json
    """
    from agent.cli.reading import Taken, collect, load
    from agent.cli.workbench import open_pack, usable
    from rules.workbench.explain import explain as why
    from rules.workbench.explain import find, latest
    from rules.workbench.pages import page

    with usable():
        if rule.startswith("DL"):
            typer.echo("\n".join(page(rule)))
            return
        judged_by = open_pack(pack)
        found = find(judged_by, rule)
        readings = load(facts) if facts else collect(ctx.obj.home(), found.reads, Taken())
        for line in why(judged_by, found, readings, latest(readings)):
            typer.echo(line)
