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
    practice: Annotated[
        bool,
        typer.Option(
            "--practice", help="Show a made-up MSP instead: twelve practices, ninety days."
        ),
    ] = False,
) -> None:
    """A controller, a clinic and this machine's agent on loopback, with the address to open.

    Nothing leaves this machine and nothing is left behind: all of it lives in a temporary folder
    that is removed at the end. What you see of this machine is its true state.

    With --practice nothing of this machine is read: twelve made-up practices, their computers and
    ninety days of signed reports, with addresses for an owner, a technician and an auditor.

    Example: dentinel-controller demo

    Example: dentinel-controller demo --practice
    """
    from controller.cli.demo.processes import DemoStopped

    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.default_int_handler)
    try:
        (_practice if practice else _machine)(check=check)
    except KeyboardInterrupt:
        typer.echo("\nstopped; nothing is left behind")
    except DemoStopped as stopped:
        typer.echo(f"error: {stopped}", err=True)
        raise typer.Exit(1) from None


def _machine(*, check: bool) -> None:
    """The machine it runs on, as it is."""
    from controller.cli.demo import report, story

    with (
        story.throw_away() as folder,
        story.staged(folder, _say) as stage,
        story.played(stage, _say) as seen,
    ):
        if check:
            checked = report.checked(stage, seen)
            _answer(checked.document, holds=checked.holds)
        report.tell(stage, seen)
        threading.Event().wait()


def _practice(*, check: bool) -> None:
    """A whole MSP that was never there."""
    from controller.cli.demo.msp.check import checked
    from controller.cli.demo.msp.stage import told
    from controller.cli.demo.msp.tell import tell
    from controller.cli.demo.story import throw_away
    from controller.cli.meter import meter

    with throw_away() as folder, told(folder, _say, meter("days")) as done:
        if check:
            document, holds = checked(done)
            _answer(document, holds=holds)
        tell(done)
        threading.Event().wait()


def _answer(document: dict[str, object], *, holds: bool) -> None:
    typer.echo(json.dumps(document))
    raise typer.Exit(0 if holds else 1)


def _say(step: str) -> None:
    """Progress goes beside the answer, never into it."""
    typer.echo(f"  … {step}", err=True)
