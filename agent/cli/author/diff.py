"""`dentinel rules diff`: what changes in meaning between two packs?"""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.context import Form


def diff(
    before: Annotated[
        Path, typer.Argument(metavar="A", help="The older pack: a compiled file, or a folder.")
    ],
    after: Annotated[Path, typer.Argument(metavar="B", help="The newer pack.")],
    facts: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="What dentinel facts --format json wrote: which verdicts change?"
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TEXT,
) -> None:
    """Say what changes between two packs, and how far the version must go. Exit 0 same, 1 differs.

    Example: dentinel rules diff built/1.0.0.json packs/north-quay --facts OP1.json
    """
    import json

    from agent.cli.reading import load
    from agent.cli.terminal import look, say
    from agent.cli.workbench import usable
    from rules.workbench.diff import show
    from rules.workbench.diff.packs import diff as compare
    from rules.workbench.diff.verdicts import moved
    from rules.workbench.opened import opened

    with usable():
        found = compare(opened(before), opened(after))
        judged = [
            one
            for path in facts or ()
            for one in moved(path.name, load(path), found.before, found.after)
        ]
    if form is Form.JSON:
        say(json.dumps(show.document(found, judged), indent=2, ensure_ascii=False) + "\n")
    else:
        say("\n".join(show.lines(found, judged, look().columns)) + "\n")
    raise typer.Exit(0 if found.is_same else 1)
