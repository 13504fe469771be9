"""`dentinel status`: how this machine is, for a person or a monitor."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from agent.cli.health import Health, HostHealth


_STATES = {
    "": "not reached yet",
    "pending": "pending: somebody must approve this machine on the controller",
    "quarantined": "quarantined: held apart until somebody approves it on the controller",
    "superseded": "superseded: another machine took the place of this one",
    "revoked": "revoked: the controller takes nothing of this machine any more",
    "retired": "retired: the controller takes nothing of this machine any more",
}
"""What the controller calls this machine, in words; a state that counts stands for itself."""
_AT_MOST = "it waits 12 hours at most, new files are judged meanwhile"
_WAITS = {
    "capture": f"; its sweep waits while images are captured ({_AT_MOST})",
    "battery": f"; its sweep waits until the machine is plugged in ({_AT_MOST})",
    "busy": f"; its sweep waits while the processor is busy ({_AT_MOST})",
}


class StatusForm(StrEnum):
    """How it is written: for a person, as a document, or in one line for a monitor."""

    TEXT = "text"
    JSON = "json"
    LINE = "line"


def status(
    ctx: typer.Context,
    form: Annotated[
        StatusForm, typer.Option("--format", help="How to write it.")
    ] = StatusForm.TEXT,
) -> None:
    """Say how this machine and its agent are, as of the last patrol.

    Exit code: 0 the agent is well and every rule passes or does not apply; 1 a rule fails;
    3 none fails, but something is unknown or in error; 4 the agent itself needs a person (it
    does not run, its last patrol is old, it is not enrolled, its keys are lost, its reports wait
    for more than a day), whatever the rules say.

    Example: dentinel status --format line
    """
    import json

    from agent.cli.health import Health

    health = Health.of(ctx.obj.home())
    match form:
        case StatusForm.LINE:
            typer.echo(health.line())
        case StatusForm.JSON:
            typer.echo(json.dumps(health.to_json(), indent=2))
        case StatusForm.TEXT:
            for line in _lines(health):
                typer.echo(line)
    raise typer.Exit(health.exit())


def _lines(health: "Health") -> "Iterator[str]":
    from rules.verdict import WORST_FIRST

    post = health.post
    yield f"guard       {'runs' if health.is_running else 'does not run'}"
    yield f"enrolled    {'as ' + health.agent if health.agent else 'no'}"
    if health.agent:
        yield f"controller  {_STATES.get(post.state or '', post.state)}, heard {_ago(post.seen_at)}"
        yield f"reports     {post.waiting} wait to be sent"
    if health.rules is not None:
        yield f"rules       {health.rules.said}"
    for label, is_watched in health.roots.items():
        how = "watched" if is_watched else "not watched, swept instead"
        yield f"folder      {label}: {how}{_WAITS.get(health.waits.get(label, ''), '')}"
    for name, host in health.hosts.items():
        yield f"host        {name}: {_of_host(host)}"
    yield f"patrol      {_ago(health.patrolled_at)}"
    for rule, verdict in sorted(health.verdicts.items(), key=lambda one: WORST_FIRST.index(one[1])):
        yield f"  {verdict:<15} {rule:<22} {health.because[rule]}".rstrip()
    for fault in health.faults:
        yield f"! {fault}"
    if health.faults:
        yield "What to do: dentinel doctor"


def _of_host(host: "HostHealth") -> str:
    """When it was asked, and what came of it."""
    if host.visited_at is None:
        return "not judged yet"
    words = ", ".join(f"{n} {verdict}" for verdict, n in host.counts.items() if n)
    came = f"in vain ({host.why})" if host.why else "it answered"
    return f"visited {_ago(host.visited_at)}, {came}; {words}"


def _ago(at: "datetime | None") -> str:
    from datetime import UTC, datetime

    if at is None:
        return "never"
    minutes = int((datetime.now(UTC) - at).total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min ago" if minutes > 0 else "just now"
    return f"{minutes // 60} h ago"
