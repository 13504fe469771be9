"""The command line as typer sees it: all commands, or only the one that was chosen."""

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from agent.cli.commands import ABOUT, COMMANDS, NEXT
from agent.cli.context import Chosen, say_version
from rules.workbench.menu import Menu


class Helpful(Menu):
    """Says what went wrong and what to do next, instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the chosen command; an error of ours is told in two lines, exit 2."""
        from agent.errors import AgentError
        from rules.errors import PackRefused

        try:
            return super().invoke(ctx)
        except (AgentError, PackRefused) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None


def program(words: Sequence[str] = ()) -> typer.Typer:
    """The program; with the words of a command line only what they choose, if that is plain."""
    app = typer.Typer(
        name="dentinel",
        help=ABOUT,
        epilog=NEXT,
        cls=Helpful,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(dentinel)
    wanted = _chosen(words)
    for name, where, does in COMMANDS:
        if wanted in (None, name):
            _add(app, name, where, does)
    return app


def _chosen(words: Sequence[str]) -> str | None:
    """The command, where it stands first, or right after the home."""
    rest = list(words)
    if rest[:1] == ["--home"]:
        rest = rest[2:]
    elif rest and rest[0].startswith("--home="):
        rest = rest[1:]
    names = {name for name, _, _ in COMMANDS}
    return rest[0] if rest and rest[0] in names else None


def _add(app: typer.Typer, name: str, where: str, does: str) -> None:
    module, _, attribute = where.partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name, short_help=does, cls=Menu)
    else:
        app.command(name, short_help=does)(found)


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
        typer.Option("--version", callback=say_version, is_eager=True, help="Say it, and end."),
    ] = False,
) -> None:
    """Keep what stands before the command."""
    ctx.obj = Chosen(home)
