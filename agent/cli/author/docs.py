"""`dentinel rules docs`: what does a pack ask, told to people?"""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.author.args import Paths
from rules import whole
from rules.counted import counted


def docs(
    paths: Paths = None,
    to: Annotated[
        Path | None,
        typer.Option("-o", metavar="DIR", help="Write PACK.md there; else to standard output."),
    ] = None,
) -> None:
    """Write a page of Markdown a pack: rules, their sources apart, numbers, advice, facts read.

    Example: dentinel rules docs packs/north-quay -o docs
    """
    from agent.cli.terminal import say
    from agent.cli.workbench import usable
    from rules.workbench.docs.packs import pack_page
    from rules.workbench.opened import all_opened

    with usable():
        for pack in all_opened(paths or []):
            page = pack_page(pack)
            if to is None:
                say(page)
                continue
            to.mkdir(parents=True, exist_ok=True)
            whole.write(to / f"{pack.pack}.md", page.encode())
            typer.echo(f"{to / pack.pack}.md: {counted(len(pack.rules), 'rule')}")
