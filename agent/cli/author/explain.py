"""`dentinel rules explain`: why does a rule come to its verdict here, and who set its values?"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rules.compiled.assignment import Assignment

_AN_ID = re.compile(r"(?i)DL[0-9]+")
_STANDS = "Where a tailoring places the machine."


def explain(  # noqa: PLR0913, PLR0917 - a command has an argument for each of its options
    ctx: typer.Context,
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="RULE", show_default=False, help="A rule, or the id of a problem: DL302."
        ),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What dentinel facts --format json wrote; else this machine."
        ),
    ] = None,
    pack: Annotated[
        Path | None, typer.Option(metavar="PATH", help="A pack, compiled or as text.")
    ] = None,
    params: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Judge with another value, as a trial."),
    ] = None,
    tailoring: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="What a practice sets, as text or compiled."),
    ] = None,
    machine: Annotated[str | None, typer.Option(metavar="NAME", help=_STANDS)] = None,
    clinic: Annotated[str | None, typer.Option(metavar="NAME", help=_STANDS)] = None,
    org: Annotated[str | None, typer.Option(metavar="NAME", help=_STANDS)] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A group, also site:NAME and role:NAME."),
    ] = None,
) -> None:
    """Say why a rule comes to its verdict here, or what a problem id such as DL302 means.

    Each value is shown with whose word it is and who set it. With --tailoring and no RULE: all
    that is set for a machine.

    Example: dentinel rules explain volumes-encrypted --facts facts.json
    """
    from agent.cli.workbench import usable
    from rules.workbench.explaining.trial import assignment
    from rules.workbench.pages import page

    with usable():
        if rule is not None and _AN_ID.fullmatch(rule):
            lines = page(rule)
        else:
            stands = assignment(machine, clinic, org, group or [])
            asked = _Asked(pack, tuple(params or ()), tuple(tailoring or ()), stands)
            lines = _origins(asked) if rule is None else _why(ctx, rule, facts, asked)
    typer.echo("\n".join(lines))


@dataclass(frozen=True, slots=True)
class _Asked:
    """By what a rule is to be judged: a pack, values for a trial, and what a practice sets."""

    pack: Path | None
    params: tuple[str, ...]
    tailorings: tuple[Path, ...]
    machine: "Assignment"


def _why(ctx: typer.Context, named: str, facts: Path | None, asked: _Asked) -> list[str]:
    """The lines about one rule, judged by recorded facts or by those of this machine."""
    from agent.cli.reading import Taken, collect, load
    from agent.cli.workbench import open_pack
    from rules.workbench.explain import explain as why
    from rules.workbench.explain import find, latest
    from rules.workbench.explaining import origins, trial
    from rules.workbench.explaining.columns import wrapped

    pack = open_pack(asked.pack)
    rule = find(pack, named)
    names = {"host", *rule.reads}
    readings = load(facts) if facts else collect(ctx.obj.home(), names, Taken()).readings
    now = latest(readings)
    tailorings = trial.read_tailorings(asked.tailorings, pack)
    before = trial.terms(pack, tailorings, asked.machine, now).get(rule.id)
    terms = trial.given(rule, before, asked.params)
    lines = why(pack, rule, readings, now, terms)
    stands = f"  judged as {origins.standing(asked.machine)}"
    return [*lines, *(wrapped(stands, 4) if asked.tailorings else [])]


def _origins(asked: _Asked) -> list[str]:
    """The lines about all that is set for a machine now."""
    from datetime import UTC, datetime

    from agent.cli.workbench import open_pack
    from rules.errors import Misused
    from rules.workbench.explaining import origins, trial

    if not asked.tailorings or asked.params:
        raise Misused("name a rule, or what a practice sets: --tailoring FILE")
    pack = open_pack(asked.pack)
    tailorings = trial.read_tailorings(asked.tailorings, pack)
    terms = trial.terms(pack, tailorings, asked.machine, datetime.now(UTC))
    return origins.of_machine(pack, terms, asked.machine)
