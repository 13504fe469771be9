"""How are facts shown to a person? Every leaf with its value, or the reason that it has none."""

from collections.abc import Iterable, Iterator

import typer

from rules.facts.base import Reading, Status
from rules.facts.form import Json

_COLOURS = {
    Status.OK: "green",
    Status.PARTIAL: "yellow",
    Status.UNKNOWN: "yellow",
    Status.UNSUPPORTED: "yellow",
    Status.ERROR: "red",
}


def show(readings: Iterable[Reading]) -> None:
    """Print facts one after another; colour and nothing else is lost in a pipe."""
    for reading in readings:
        head = typer.style(f"{reading.fact:<12}", bold=True)
        status = typer.style(str(reading.status), fg=_COLOURS[reading.status])
        typer.echo(
            f"{head} {status}   {_cost(reading)}, {reading.confidence}, as {reading.privilege}"
        )
        for line in _lines(reading):
            typer.echo(f"  {line}")
        typer.echo()


def _cost(reading: Reading) -> str:
    spawned = f", {reading.cost.spawned} programs" if reading.cost.spawned else ""
    return f"{reading.cost.wall_ms} ms, {reading.cost.cpu_ms} ms CPU{spawned}"


def _lines(reading: Reading) -> Iterator[str]:
    if reading.status is Status.ERROR:
        said = next((reason.detail for reason in reading.reasons), "")
        yield f"its collector broke: {said}; --format json shows where it looked"
        return
    yield from _shown(reading.value, "")


def _shown(value: Json, name: str) -> Iterator[str]:
    """One line a leaf; what hangs together is indented under its name."""
    if isinstance(value, dict) and "$items" in value:
        yield from _shown(value["$items"], name)
        yield _leaf("", f"and perhaps more: {value['$missing']}")
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
        yield f"{name or 'item'} {_text(first[1])}:" if name else f"{_text(first[1])}:"
        for inner, part in rest:
            yield from (f"  {line}" for line in _shown(part, inner))


def _leaf(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text


def _text(value: Json) -> str:
    match value:
        case {"$unknown": why}:
            return typer.style(f"unknown ({why})", fg="yellow")
        case None:
            return "none"
        case True | False:
            return "yes" if value else "no"
        case []:
            return "none"
    return str(value)
