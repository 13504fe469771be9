"""How does this machine stand against the rules? (`dentinel audit`)"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from rules.compiled.rule import Pack

FAILED, UNPROVEN = 1, 3


class Report(StrEnum):
    """How the results are written; each has its file in agent/cli/outputs."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def audit(  # noqa: PLR0913, PLR0917 - a command has an argument for each of its options
    ctx: typer.Context,
    pack: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="A pack, compiled or as text; may be given again."),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Judge what dentinel facts --format json wrote."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(metavar="ssh://USER@HOST", help="Judge a host over SSH, not this machine."),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Judge as if it were then, as 2026-11-22T13:40:00Z."),
    ] = None,
    form: Annotated[Report, typer.Option("--format", help="How to write it.")] = Report.TEXT,
) -> None:
    """Judge this machine, or a host that carries no agent, here and now, without a controller.

    Ends with 0 if all passes or does not apply, 1 if something failed, 3 if nothing failed but
    something could not be read.

    Example: dentinel audit --format json

    Over SSH: dentinel audit --host ssh://dentinel@nas.practice
    """
    from agent.cli.outputs.base import Audited
    from agent.cli.outputs.index import OUTPUTS
    from agent.cli.packs import chosen
    from agent.cli.reading import Taken, collect, load
    from rules.engine.judge import judge
    from rules.verdict import Verdict

    if facts and host:
        raise typer.BadParameter("--facts and --host: give one of them")
    packs = chosen(pack)
    taken = Taken(host=host)
    readings = load(facts) if facts else collect(ctx.obj.home(), _needed(packs), taken).readings
    at = _instant(now)
    results = [(one, judge(one, readings, at)) for one in packs]
    audited = Audited(results, readings, at, builtin=not pack, here=facts is None and host is None)
    typer.echo(OUTPUTS[form](audited), nl=False)
    verdicts = {result.verdict for _, found in results for result in found}
    if Verdict.FAIL in verdicts:
        raise typer.Exit(FAILED)
    if verdicts & {Verdict.UNKNOWN, Verdict.ERROR}:
        raise typer.Exit(UNPROVEN)


def _needed(packs: "list[Pack]") -> list[str]:
    """The facts that the rules read, and which machine it is."""
    return sorted({"host", *(name for pack in packs for rule in pack.rules for name in rule.reads)})


def _instant(text: str | None) -> "datetime":
    from datetime import UTC, datetime

    from rules.facts.form import instant

    if text is None:
        return datetime.now(UTC)
    try:
        return instant(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}: write it as 2026-11-22T13:40:00Z") from error
