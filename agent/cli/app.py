"""Which commands does `dentinel` have? To add one, add its line.

Only typer and the standard library load before a command has been chosen: `--help` and
`--version` must answer at once, on the oldest PC of the practice.
"""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from agent.cli import audit, context, facts


class Helpful(TyperGroup):
    """Says what went wrong and what to do next, instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the chosen command; an error of ours is told in two lines, exit 2."""
        from agent.errors import AgentError

        try:
            return super().invoke(ctx)
        except AgentError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None


app = typer.Typer(
    name="dentinel",
    cls=Helpful,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def dentinel(
    ctx: typer.Context,
    home: Annotated[
        str | None,
        typer.Option(
            envvar="DENTINEL_HOME",
            metavar="DIR",
            help="The agent's folder, in place of the system's.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option("--version", callback=context.say_version, is_eager=True, help="Say it, end."),
    ] = False,
) -> None:
    """Is this machine keeping X-rays safe? The agent of a dental practice, and its rules."""
    ctx.obj = context.Chosen(home)


app.command()(facts.facts)
app.command()(audit.audit)


def main() -> None:
    """Where the installed command begins."""
    app(prog_name="dentinel")
