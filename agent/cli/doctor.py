"""`dentinel doctor`: is the agent able to do its work, and if not, what is to be done?"""

from typing import Annotated

import typer

from agent.cli.context import Form


def doctor(
    ctx: typer.Context,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TEXT,
    no_call: Annotated[
        bool, typer.Option("--no-call", help="Do not shake hands with the controller.")
    ] = False,
) -> None:
    """Check the agent itself: program, home, keys, settings, folders, guard, controller, rules.

    Nothing is changed, and nothing sent. Exit code: 0 nothing is wrong, 1 something is, and each
    fault says what to do. What it looks at, and how it knows: docs/operate.md.

    Example: dentinel doctor
    """
    import json

    from agent.cli.checks.index import of_this_machine

    checks = of_this_machine(ctx.obj.home(), calls=not no_call)
    if form is Form.JSON:
        typer.echo(json.dumps({"checks": [check.to_json() for check in checks]}, indent=2))
    else:
        for check in checks:
            word = "ok   " if check.advice is None else "FAULT"
            said = check.said.replace("\n", "\n" + " " * 17)
            typer.echo(f"{word} {check.name:<12} {said}")
            if check.advice is not None:
                typer.echo(f"      = do: {check.advice}")
    raise typer.Exit(int(any(check.advice is not None for check in checks)))
