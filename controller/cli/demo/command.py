"""`dentinel-controller demo`: see the whole of it in a minute, or check that it works."""

import json
import signal
import threading
from typing import Annotated

import typer


def demo(
    check: Annotated[
        bool, typer.Option("--check", help="Run it once, print one JSON document, and end.")
    ] = False,
) -> None:
    """A controller, a clinic and this machine's agent on loopback, with the address to open.

    Nothing leaves this machine and nothing is left behind: all of it lives in a temporary folder
    that is removed at the end. What you see of this machine is its true state.

    Example: dentinel-controller demo
    """
    from controller.cli.demo import report, story
    from controller.cli.demo.processes import DemoStopped

    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        with (
            story.throw_away() as folder,
            story.staged(folder, _say) as stage,
            story.played(stage, _say) as seen,
        ):
            if check:
                checked = report.checked(stage, seen)
                typer.echo(json.dumps(checked.document))
                raise typer.Exit(0 if checked.holds else 1)
            report.tell(stage, seen)
            threading.Event().wait()
    except KeyboardInterrupt:
        typer.echo("\nstopped; nothing is left behind")
    except DemoStopped as stopped:
        typer.echo(f"error: {stopped}", err=True)
        raise typer.Exit(1) from None


def _say(step: str) -> None:
    """Progress goes beside the answer, never into it."""
    typer.echo(f"  … {step}", err=True)
