"""What a rule author does: `dentinel rules check`, `test`, `explain`."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.context import Form

app = typer.Typer(
    name="rules",
    help="Check, test and explain the rules that machines are judged by.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Files or folders; without any the packs below here, else those shipped.",
        show_default=False,
    ),
]


@app.command()
def check(
    paths: _Paths = None,
    form: Annotated[Form, typer.Option("--format", help="How to write them.")] = Form.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count too.")] = False,
) -> None:
    """Say everything that is wrong with rules, with its place. Exit 0 sound, 1 errors.

    Example: dentinel rules check rules/packs/dental-baseline
    """
    from agent.cli.workbench import show, usable
    from rules.workbench.check import check as check_packs

    with usable():
        report = check_packs(paths or [])
    show(report, report.problems, report.counts, as_json=form is Form.JSON)
    raise typer.Exit(1 if report.has_errors or (strict and report.problems) else 0)


@app.command("test")
def run(
    paths: _Paths = None,
    containing: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only tests whose name holds this.")
    ] = "",
    form: Annotated[Form, typer.Option("--format", help="How to write them.")] = Form.TEXT,
) -> None:
    """Run the tests of rules; each also loses its facts one by one. Exit 0 green, 1 not.

    Example: dentinel rules test -k encrypted
    """
    from agent.cli.workbench import show, usable
    from rules.workbench.test import run_tests

    with usable():
        tested = run_tests(paths or [], containing)
    show(tested.report, tested.all_problems, tested.counts, as_json=form is Form.JSON)
    if tested.run == 0:
        typer.echo("no test ran: nothing is shown to hold", err=True)
    raise typer.Exit(0 if tested.is_green else 1)


@app.command()
def explain(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", show_default=False)],
    facts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What dentinel facts --format json wrote; else this machine."
        ),
    ] = None,
    pack: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A compiled pack; else the built-in one.")
    ] = None,
) -> None:
    """Say why a rule comes to its verdict here, or what a problem id such as DL302 means.

    Example: dentinel rules explain volumes-encrypted --facts facts.json
    """
    from agent.cli.reading import Taken, collect, load
    from agent.cli.workbench import open_pack, usable
    from rules.workbench.explain import explain as why
    from rules.workbench.explain import find, latest
    from rules.workbench.pages import page

    with usable():
        if rule.startswith("DL"):
            typer.echo("\n".join(page(rule)))
            return
        judged_by = open_pack(pack)
        found = find(judged_by, rule)
        readings = load(facts) if facts else collect(ctx.obj.home(), found.reads, Taken())
        for line in why(judged_by, found, readings, latest(readings)):
            typer.echo(line)
