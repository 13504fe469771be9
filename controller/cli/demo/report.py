"""What the demo tells a person, and what it proves to a program."""

import json
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from controller.cli.demo.processes import finish
from controller.cli.demo.story import Seen, Stage

_WORDS = {"pass": "green", "fail": "red", "error": "red", "unknown": "yellow"}


@dataclass(frozen=True, slots=True)
class Checked:
    """The document of `demo --check`, and whether all of it is as it must be."""

    document: dict[str, Any]
    holds: bool


def tell(stage: Stage, seen: Seen) -> None:
    """The address, and two lines on what to look at."""
    typer.echo("\nThis machine, read just now:")
    for rule, verdict in seen.page.verdicts.items():
        typer.echo(f"  {typer.style(f'{verdict:15}', fg=_WORDS.get(verdict))} {rule}")
    program = Path(sys.executable).with_name("dentinel")
    typer.echo(
        "\nOf two X-rays in a watched export folder, one readable and one encrypted, the readable"
        f"\none stood on this machine's page {seen.finding_seconds:.1f} s later."
        f"\n\nOpen  {typer.style(stage.practice.person_link, bold=True)}"
        "\n      It signs you in once, as the owner of a made-up practice."
        "\n\nLook  1. at this machine: open a failing rule to see what was expected, what was"
        "\n         found, by which call, and what to do;"
        "\n      2. at the imaging findings: an id, and no path. The path stays here; ask for it:"
        f"\n         {program} --home {stage.agent_home} show {seen.finding}"
        "\n\nCtrl-C ends the demo and removes everything."
    )


def checked(stage: Stage, seen: Seen) -> Checked:
    """A verified report and the finding must stand on a page that answers."""
    verified = report_verified(stage)
    document = {
        "machine": platform.node(),
        "report_verified": verified,
        "verdicts": seen.page.verdicts,
        "finding_seconds": round(seen.finding_seconds, 2),
        "page_status": seen.page.status,
    }
    holds = verified and seen.page.status == 200 and seen.page.findings > 0
    return Checked(document, holds and bool(seen.page.verdicts))


def report_verified(stage: Stage) -> bool:
    """Export the evidence and check it as a stranger would, offline, with the log's keys."""
    controller = ["-m", "controller.cli.app", "--home", str(stage.folder / "controller")]
    bundle, policy = stage.folder / "demo.dentinel-evidence", stage.folder / "policy"
    finish("`evidence export`", [*controller, "evidence", "export", str(bundle)])
    policy.write_text(finish("`evidence policy`", [*controller, "evidence", "policy"]), "utf-8")
    verify = ["-m", "evidence", str(bundle), "--policy", str(policy), "--format", "json"]
    told = json.loads(finish("`dentinel verify`", verify))
    return bool(told["outcome"] == "proven")
