"""What the demo of a whole MSP tells a person: addresses, and what to look at."""

import typer

from controller.cli.demo.msp import plot
from controller.cli.demo.msp.stage import Told

_LOOK = (
    ("owner", "is anything the matter with my X-rays? Operatory 3 is."),
    ("technician", "twelve practices, worst first: who is silent, what waits, what got worse?"),
    ("auditor", "ask for the evidence of a period, and check it without asking us."),
    ("administrator", "the same with people, rules and the audit log."),
)


def tell(done: Told) -> None:
    """The addresses, and a line on what each reader finds."""
    machines = sum(len(place.machines) for place in done.story.places)
    typer.echo(
        f"\n{len(done.story.places)} made-up practices, {machines} computers, {plot.DAYS} days of"
        f" signed reports; it took {done.seconds:.0f} s.\n\nEach address signs you in once:"
    )
    looks = dict(_LOOK)
    for person, link in done.links:
        typer.echo(f"\n  {person.key:14}{person.name}, {looks[person.key]}")
        typer.echo(f"  {'':14}{typer.style(link, bold=True)}")
    typer.echo(
        "\nNothing of it was read on this machine: facts and people are made up, the verdicts,"
        "\nsignatures and logs are real. Ctrl-C ends the demo and removes everything."
    )
