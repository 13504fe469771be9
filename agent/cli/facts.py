"""What does this machine answer? (`dentinel facts`)"""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.context import Form


def facts(  # noqa: PLR0913, PLR0917 - a command has an argument for each of its options
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="Facts to read; all without any.", show_default=False
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to write them.")] = Form.TEXT,
    record: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Save each call to the machine, names replaced."),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Read from such a file, not from this machine."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(metavar="ssh://USER@HOST", help="Ask a host over SSH, not this machine."),
    ] = None,
) -> None:
    """Collect and show typed facts of this machine, or of a host that carries no agent.

    Example: dentinel facts volumes --format json

    Over SSH: dentinel facts --host ssh://dentinel@nas.practice
    """
    if host is not None and (record or replay):
        raise typer.BadParameter("--host goes with neither --record nor --replay")
    import json

    from agent.cli.listing import show
    from agent.cli.reading import Taken, collect
    from rules.facts.confirmed import of_machine
    from rules.facts.form import to_json

    found = collect(ctx.obj.home(), names, Taken(record, replay, host))
    if form is Form.JSON:
        document: dict[str, object] = {
            "facts": {name: to_json(reading) for name, reading in found.readings.items()}
        }
        if caveat := of_machine(found.os, found.readings):
            document["caveat"] = caveat
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        show(found.readings.values(), found.os)
