"""How are facts shown to a person? Every leaf with its value, or the reason that it has none.

It fits 80 columns. Under the facts each reason is told once, with what to do about it.
"""

import shutil
from collections.abc import Collection, Iterator
from textwrap import fill

import typer

from agent.cli.unread import steps
from rules.counted import counted
from rules.facts.base import Reading, Status
from rules.facts.confirmed import caveat, unconfirmed
from rules.facts.form import Json
from rules.facts.host import Os

_COLOURS = {
    Status.OK: "green",
    Status.PARTIAL: "yellow",
    Status.UNKNOWN: "yellow",
    Status.UNSUPPORTED: "yellow",
    Status.ERROR: "red",
}
_WIDEST = 100
_NAME = 16
_MANY = 12
"""Of a longer list each item is told in one paragraph."""

_MISSING = "and perhaps more: "


def show(readings: Collection[Reading], on: Os) -> None:
    """Print facts one after another; colour and nothing else is lost in a pipe."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for reading in readings:
        head = typer.style(f"{reading.fact:<{_NAME}}", bold=True)
        status = typer.style(f"{reading.status:<11}", fg=_COLOURS[reading.status])
        typer.echo(f"{head} {status} {_cost(reading)}, as {reading.privilege}")
        for line in _lines(reading, on):
            typer.echo(_wrapped(f"  {line}", width))
        typer.echo()
    unread = list(steps(readings))
    if unread:
        typer.echo("What was not read, and what to do next:")
    for line in unread:
        typer.echo(_wrapped(f"  {line}", width))


def _wrapped(line: str, width: int) -> str:
    """A long line goes on below itself, a little to the right."""
    edge = " " * (len(line) - len(line.lstrip()))
    inner = edge + "  "
    shown = fill(
        line.strip(),
        width,
        initial_indent=edge,
        subsequent_indent=inner,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return _coloured(shown)


def _coloured(text: str) -> str:
    """What is unknown stands out; colours have no width, so they come last."""
    head, unknown, rest = text.partition(": unknown (")
    if unknown:
        return f"{head}: {typer.style(f'unknown ({rest}', fg='yellow')}"
    return typer.style(text, fg="yellow") if _MISSING in text else text


def _cost(reading: Reading) -> str:
    count = reading.cost.spawned
    spawned = f", {counted(count, 'program')}" if count else ""
    return f"{reading.cost.wall_ms} ms{spawned}"


def _lines(reading: Reading, on: Os) -> Iterator[str]:
    if reading.status is not Status.UNSUPPORTED and unconfirmed(on, [reading.fact]):
        yield caveat([on])
    if reading.confidence == "heuristic":
        yield "a sign, and no proof"
    if reading.status is Status.ERROR:
        said = next((reason.detail for reason in reading.reasons), "")
        yield f"its collector broke: {said}; --format json shows where it looked"
        return
    yield from _shown(reading.value, "")


def _shown(value: Json, name: str) -> Iterator[str]:
    """One line a leaf; what hangs together is indented under its name."""
    if isinstance(value, dict) and "$items" in value:
        if not value["$items"]:
            yield _leaf(name, _text({"$unknown": value["$missing"]}))
            return
        yield from _shown(value["$items"], name)
        yield f"{_MISSING}{value['$missing']}"
    elif isinstance(value, dict) and "$unknown" not in value:
        if name:
            yield f"{name}:"
        for inner, part in value.items():
            yield from (f"  {line}" if name else line for line in _shown(part, inner))
    elif isinstance(value, list) and value:
        yield from _list(value, name)
    else:
        yield _leaf(name, _text(value))


def _list(value: list[Json], name: str) -> Iterator[str]:
    if not isinstance(value[0], dict):
        yield _leaf(name, ", ".join(map(_text, value)))
        return
    for item in value:
        first, *rest = item.items()
        said = _text(first[1]).removesuffix(":")  # of a drive, whose name ends with one
        head = f"{name} {said}:" if name else f"{said}:"
        if len(value) > _MANY and not any(isinstance(part, dict | list) for _, part in rest):
            yield f"{head} {', '.join(f'{inner} {_text(part)}' for inner, part in rest)}"
            continue
        yield head
        for inner, part in rest:
            yield from (f"  {line}" for line in _shown(part, inner))


def _leaf(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text


def _text(value: Json) -> str:
    match value:
        case {"$unknown": why}:
            return f"unknown ({why})"
        case None:
            return "none"
        case True | False:
            return "yes" if value else "no"
        case []:
            return "none"
    return str(value)
