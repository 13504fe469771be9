"""`dentinel-controller doctor`: can it do its work, and if not, what is to be done?"""

import os
from enum import StrEnum
from typing import Annotated

import typer


class Form(StrEnum):
    """How it is written."""

    TEXT = "text"
    JSON = "json"


def doctor(
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TEXT,
) -> None:
    """Check the controller itself: folder, keys, disk, database, ports, addresses, backup, rules.

    Nothing is changed. Exit code: 0 nothing is wrong, 1 something is, and each fault says what
    to do.

    Example: dentinel-controller doctor
    """
    import json
    from datetime import UTC, datetime

    from controller.cli import ready
    from controller.cli.checks.base import Seen
    from controller.cli.checks.index import examine

    here = ready.home()
    if here.seed.is_file() and os.access(here.seed, os.R_OK):
        import django

        django.setup()
    agents = os.environ.get("DENTINEL_CONTROLLER_AGENTS", "localhost:8443")
    people = os.environ.get("DENTINEL_CONTROLLER_URL", "http://localhost:8444")
    checks = examine(Seen(here, datetime.now(tz=UTC), agents, people))
    if form is Form.JSON:
        typer.echo(json.dumps({"checks": [check.to_json() for check in checks]}, indent=2))
    else:
        for check in checks:
            word = "ok   " if check.advice is None else "FAULT"
            typer.echo(f"{word} {check.name:<12} {check.said}")
            if check.advice is not None:
                typer.echo(f"      = do: {check.advice}")
    raise typer.Exit(int(any(check.advice is not None for check in checks)))
