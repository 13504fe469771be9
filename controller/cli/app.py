"""Which commands does `dentinel-controller` have? To add one, add its line.

Only typer and the standard library load before a command has been chosen. Whoever types here is
at the server's own shell: no role is asked for, and each act is a row of `audit`.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from controller import faults
from controller.cli import shown
from controller.cli.alert import app as alert
from controller.cli.audit import app as audit
from controller.cli.backup import backup
from controller.cli.checkpoint import app as checkpoint
from controller.cli.demo.command import demo
from controller.cli.doctor import doctor
from controller.cli.evidence import app as evidence
from controller.cli.init import init
from controller.cli.inventory import app as inventory
from controller.cli.issuer import app as issuer
from controller.cli.keys import app as keys
from controller.cli.machine import app as machine
from controller.cli.metrics import app as metrics
from controller.cli.migrate import migrate
from controller.cli.packs import app as packs
from controller.cli.rebuild import rebuild
from controller.cli.restore import restore
from controller.cli.retention import app as retention
from controller.cli.serve import serve
from controller.cli.token import app as token
from controller.cli.user import app as user
from controller.cli.waiver import app as waiver
from controller.version import VERSION
from rules import rim
from rules.workbench.menu import Menu

if sys.platform == "win32":
    _HOME = Path(os.environ.get("PROGRAMDATA", "C:\\ProgramData"), "dentinel-controller")
else:
    _HOME = Path("/var/lib/dentinel-controller")


_ABOUT = "The controller of a practice or an MSP: takes signed reports, shows what is wrong."


class Helpful(Menu):
    """Says what went wrong and what to do next, instead of a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the chosen command; an error of ours is told in a line or two, exit 2."""
        from controller.errors import ControllerError

        try:
            return super().invoke(ctx)
        except ControllerError as error:
            typer.echo(f"error: {error}", err=True)
            if error.help:
                typer.echo(f"  next: {error.help}", err=True)
            raise typer.Exit(2) from None
        except _of_the_database() as error:
            typer.echo(f"error: the database cannot be used: {error}", err=True)
            typer.echo("  next: dentinel-controller doctor", err=True)
            raise typer.Exit(2) from None


def _of_the_database() -> tuple[type[Exception], ...]:
    """What SQLite says of a disk that is full, a file that is locked.

    Where Django is not loaded nobody has said it: every end of a command comes by here, help too.
    """
    loaded = sys.modules.get("django.db.utils")
    return (loaded.OperationalError,) if loaded else ()


app = typer.Typer(
    cls=Helpful,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_ABOUT,
    epilog="Begin with: dentinel-controller demo, or init. All of one command: COMMAND --help",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dentinel-controller {VERSION}")
        raise typer.Exit


def _folder(typed: str) -> Path:
    """What `--home` names; an unset variable of a script is not the folder that one stands in."""
    if not typed:
        raise typer.BadParameter("it is empty; is a variable of the script unset?")
    return Path(typed)


@app.callback()
def home(
    home: Annotated[
        Path,
        typer.Option(
            envvar=["DENTINEL_CONTROLLER_HOME", "DENTINEL_HOME"],
            metavar="DIR",
            parser=_folder,
            help="The controller's folder.",
        ),
    ] = _HOME,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version, and end."
        ),
    ] = False,
) -> None:
    """The controller of a practice or an MSP: takes signed reports, shows what is wrong."""
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "controller.settings")


app.command()(init)
app.command()(serve)
app.add_typer(token, name="token", cls=Menu)
app.command()(migrate)
app.add_typer(keys, name="keys", cls=Menu)
app.add_typer(machine, name="machine", cls=Menu)
app.add_typer(user, name="user", cls=Menu)
app.add_typer(issuer, name="issuer", cls=Menu)
app.add_typer(waiver, name="waiver", cls=Menu)
app.add_typer(evidence, name="evidence", cls=Menu)
app.add_typer(packs, name="packs", cls=Menu)
app.command()(backup)
app.command()(restore)
app.add_typer(inventory, name="inventory", cls=Menu)
app.command()(rebuild)
app.add_typer(retention, name="retention", cls=Menu)
app.add_typer(audit, name="audit", cls=Menu)
app.add_typer(alert, name="alert", cls=Menu)
app.add_typer(metrics, name="metrics", cls=Menu)
app.add_typer(checkpoint, name="checkpoint", cls=Menu)
app.command()(doctor)
app.command()(demo)


def main() -> None:
    """The entry point of the package; `--home` may stand anywhere among the words."""
    before: list[str] = []
    words = sys.argv[1:]
    for number, word in enumerate(words):
        if word == "--home" or word.startswith("--home="):
            end = number + (2 if word == "--home" else 1)
            before, words = words[number:end], [*words[:number], *words[end:]]
            break
    shown.begin()
    faults.begin()
    # Not by `app` itself, which puts a hook of its own in the place of ours.
    command = typer.main.get_command(app)
    rim.run(lambda: command([*before, *words], prog_name="dentinel-controller"))


if __name__ == "__main__":
    main()
