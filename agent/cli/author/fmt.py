"""`dentinel rules fmt`: one layout for all files of rules, without a change of meaning."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.author.args import Paths

if TYPE_CHECKING:
    from rules.workbench.fmt import Formatted


def fmt(
    paths: Paths = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if something would be changed.")
    ] = False,
) -> None:
    """Lay out files of rules in one way; comments stay, meaning stays. Exit 0, or 1 with --check.

    A file with errors is left as it is, and that is exit 1 too.

    Example: dentinel rules fmt --check our-practice
    """
    from agent.cli.terminal import say
    from agent.cli.workbench import usable
    from rules.workbench.fmt import State, formatted, write

    with usable():
        files = formatted(paths or [])
        if not only_check:
            for file in files:
                if file.state is State.OTHER:
                    write(file)
    say("".join(f"{line}\n" for line in _told(files, only_check=only_check)))
    failing = {State.WRONG, State.ODD, *([State.OTHER] if only_check else [])}
    raise typer.Exit(1 if any(file.state in failing for file in files) else 0)


def _told(files: "list[Formatted]", *, only_check: bool) -> list[str]:
    """A line for each file that is not as it should be, and one that counts."""
    from rules.engine.words import clean
    from rules.workbench.fmt import State
    from rules.workbench.reports.base import many

    did = "would be formatted" if only_check else "formatted"
    lines = []
    for file in files:
        why = {
            State.OTHER: did,
            State.WRONG: f"left alone, it has errors: dentinel rules check {file.name}",
            State.ODD: f"left alone: {file.why}",
        }.get(file.state)
        lines += [f"{clean(file.name)}: {clean(why)}"] if why else []
    counts = {
        did: sum(file.state is State.OTHER for file in files),
        "left alone": sum(file.state in (State.WRONG, State.ODD) for file in files),
        "in order": sum(file.state is State.GOOD for file in files),
    }
    said = [f"{many(count, 'files')} {words}" for words, count in counts.items() if count]
    return [*lines, ", ".join(said)]
