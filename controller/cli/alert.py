"""`dentinel-controller alert`: what is open, and does a channel still work?"""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Alerts, and the channels that tell of them.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]


class State(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@app.command(name="list")
def list_(
    org: _Org = None,
    state: Annotated[State, typer.Option(help="Which ones.")] = State.OPEN,
) -> None:
    """Print the alerts: what is open the worst first, what is closed the newest first.

    Example: dentinel-controller alert list --state closed
    """
    from controller.cli import ready

    ready.opened()
    from controller.alerts import queries, wording
    from controller.tenants.scope import Place

    rows = queries.alerts(Place(ready.org(org).id), state.value)
    for row in rows[: queries.MOST_LISTED]:
        whose = row.clinic.name if row.clinic else "all clinics"
        since = f"{row.opened_at:%Y-%m-%d %H:%M}"
        typer.echo(f"{row.severity:9} {since} UTC  {whose}: {wording.worded(row).title}")
    count = rows.count()
    if count > queries.MOST_LISTED:
        typer.echo(f"and {count - queries.MOST_LISTED} more, on the page")
    if not count:
        typer.echo(f"no {state.value} alerts")


@app.command(name="test-channel")
def try_channel(
    name: Annotated[str, typer.Argument(help="The channel's name, as the page lists it.")],
    org: _Org = None,
) -> None:
    """Send a test by a channel; exit 1 unless it was accepted.

    Example: dentinel-controller alert test-channel "Ticket system"
    """
    from controller.cli import ready

    home = ready.opened()
    from controller.alerts import actions, queries
    from controller.errors import Refusal
    from controller.tenants.scope import Place

    channels = queries.channels(Place(ready.org(org).id))
    channel = channels.filter(name=name).select_related("org", "clinic").first()
    if channel is None:
        known = ", ".join(one.name for one in channels) or "none yet"
        raise Refusal(f"there is no channel {name!r}", help=f"there are: {known}")
    outcome = actions.send_test(home, channel, ready.by())
    word = "accepted" if outcome.is_accepted else "not accepted"
    typer.echo(f"{word}: {outcome.status} {outcome.answer}".rstrip())
    if not outcome.is_accepted:
        raise typer.Exit(1)
