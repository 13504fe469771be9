"""`dentinel-controller waiver`: which failures are accepted, until when, and by whom."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.typed import say_each

if TYPE_CHECKING:
    from controller.findings.waiving import Call
    from controller.identity.home import ControllerHome
    from controller.tenants.scope import Place

app = typer.Typer(
    no_args_is_help=True, help="Which failures are accepted, until when, and by whom."
)

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[str | None, typer.Option(help="The clinic's short name.")]


class Switch(StrEnum):
    """Allowed, or no longer."""

    ON = "on"
    OFF = "off"


@app.command(name="list")
def show_all(
    *,
    org: _Org = None,
    clinic: _Clinic = None,
    ended: Annotated[
        bool, typer.Option("--ended", help="Also those that are over or were refused.")
    ] = False,
) -> None:
    """Waivers, what ends first on top; what waits for an approver is said.

    Example: dentinel-controller waiver list --clinic bright-smiles
    """
    from controller.cli import ready

    ready.opened()
    from controller.policy import waivers
    from controller.policy.waivers import Standing

    over = (Standing.EXPIRED, Standing.REFUSED, Standing.REVOKED)
    now = ready.by().at
    lines = (
        f"{stands:<9}  {one.label}  {one.clinic.name}  {one.rule} on {waivers.where(one)}"
        f"  until {waivers.last_day(one):%Y-%m-%d}{'  self-approved' if one.self_approved else ''}"
        for one in waivers.waivers(_place(org, clinic))
        if (stands := waivers.standing(one, now)) not in over or ended
    )
    say_each(lines, "no waivers: people ask for them beside a failure, on a machine's page")


@app.command()
def show(
    label: Annotated[str, typer.Argument(help="The waiver's id, such as W-2026-014.")],
    *,
    org: _Org = None,
    clinic: _Clinic = None,
) -> None:
    """One waiver: what is accepted, why, what protects instead, and who did what.

    Example: dentinel-controller waiver show W-2026-014
    """
    from controller.cli import ready

    ready.opened()
    from controller.policy import waivers

    one = waivers.labelled(_place(org, clinic), label)
    begins = one.since_at.astimezone(waivers.last_day(one).tzinfo)
    told = {
        "waiver": f"{one.label}  {one.id}",
        "clinic": one.clinic.name,
        "state": waivers.standing(one, ready.by().at),
        "accepts": f"{one.rule} ({one.pack}) on {waivers.where(one)}",
        "items": " and ".join(one.items) or "all",
        "holds": f"{begins:%Y-%m-%d} to {waivers.last_day(one):%Y-%m-%d}, {one.clinic.time_zone}",
        "reason": one.reason,
        "instead": one.compensating,
        "risk of": one.risk_owner,
        "asked": f"{one.requested_by}, {one.requested_at:%Y-%m-%d %H:%M} UTC",
        "renews": one.renews.label if one.renews else "",
        "approved": waivers.approval(one),
        "decided": _deed(one.decided_by, one.decided_at, one.decided_why),
        "revoked": _deed(one.revoked_by, one.revoked_at, one.revoked_why),
    }
    for name, value in told.items():
        if value:
            typer.echo(f"{name:<8} {value}")


@app.command(name="import")
def take_in(
    file: Annotated[
        Path, typer.Argument(help="A text of form waivers/v1.", exists=True, dir_okay=False)
    ],
    *,
    requester: Annotated[str, typer.Option(help="E-mail of who asks for them.")],
    org: _Org = None,
    clinic: _Clinic = None,
) -> None:
    """Ask for the waivers of a text, all of them or none; a person approves each on the pages.

    Example: dentinel-controller waiver import waivers.yaml --requester sam@north-quay.example
    """
    from controller.cli import ready

    here = ready.opened()
    from zoneinfo import ZoneInfo

    from controller.findings import waiving
    from controller.people import queries
    from controller.policy import asking
    from controller.policy.queries import every
    from controller.tenants.scope import Place

    where = ready.org(org)
    ours = ready.clinic(where, clinic)
    packs, zone = every(Place(where.id)), ZoneInfo(ours.time_zone)
    asked = asking.read(file.name, file.read_bytes(), packs, zone)
    who = queries.requester(requester, Place(where.id).clinic(ours.id))
    made = waiving.request(_call(here, Place(where.id)), ours, asked, who)
    for one in made:
        typer.echo(f"{one.label}  requested: {one.rule}, until {one.until_at:%Y-%m-%d %H:%M} UTC")
    typer.echo(f"next: somebody who may approves them: {ours.name}, page Waivers")


@app.command()
def delegate(
    switch: Annotated[Switch, typer.Argument(metavar="on|off", help="on, or off.")],
    *,
    org: _Org = None,
    clinic: _Clinic = None,
) -> None:
    """Let administrators approve waivers in a clinic's name: only if its owner said so.

    Example: dentinel-controller waiver delegate on --clinic bright-smiles
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.findings import waiving
    from controller.tenants.scope import Place

    where = ready.org(org)
    ours = ready.clinic(where, clinic)
    waiving.delegate(_call(here, Place(where.id)), ours, on=switch is Switch.ON)
    who = "its owner and the administrators" if switch is Switch.ON else "its owner alone"
    typer.echo(f"{ours.name}: {who} may approve waivers")


@app.command(name="self-approval")
def self_approval(
    switch: Annotated[Switch, typer.Argument(metavar="on|off", help="on, or off.")],
    *,
    org: _Org = None,
) -> None:
    """Let who alone may approve waivers approve his own; pages and exports then say so.

    Example: dentinel-controller waiver self-approval on
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.findings import waiving
    from controller.tenants.scope import Place

    where = ready.org(org)
    waiving.allow_self_approval(_call(here, Place(where.id)), where, on=switch is Switch.ON)
    said = "where nobody else could" if switch is Switch.ON else "never"
    typer.echo(f"{where.name}: who asked for a waiver approves it himself {said}")


def _place(org: str | None, clinic: str | None) -> "Place":
    from controller.cli import ready
    from controller.tenants.scope import Place

    where = ready.org(org)
    place = Place(where.id)
    return place if clinic is None else place.clinic(ready.clinic(where, clinic).id)


def _call(here: "ControllerHome", place: "Place") -> "Call":
    from controller.cli import ready
    from controller.findings.waiving import Call

    return Call(here, place, ready.by())


def _deed(by: str, at: object, why: str) -> str:
    if at is None:
        return ""
    return f"{by}, {at:%Y-%m-%d %H:%M} UTC{f': {why}' if why else ''}"
