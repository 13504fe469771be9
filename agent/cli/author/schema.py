"""`dentinel rules schema`: what may stand in a file of rules, for editors."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    form: Annotated[
        str | None, typer.Option(metavar="FORM", help="Such as rules/v1; all, or that to be shown.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write files here, one a form.")
    ] = None,
) -> None:
    """Give editors the JSON Schema of files of rules: shown for one form, or written for all.

    Example: dentinel rules schema --write .dentinel
    """
    from agent.cli.workbench import usable
    from rules.workbench import schema as schemas

    with usable():
        if write is None:
            typer.echo(schemas.text(schemas.form(form or "rules/v1")), nl=False)
            return
        for path in schemas.write(schemas.forms(form), write):
            typer.echo(path.as_posix())
