"""`dentinel-controller machine`: which machines there are, and where each of them stands."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.typed import say_each

if TYPE_CHECKING:
    from controller.fleet.models import Machine
    from controller.fleet.standing import Call
    from controller.tenants.scope import Place

app = typer.Typer(no_args_is_help=True, help="Which machines there are, and where each stands.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Name = Annotated[str, typer.Argument(help="The machine's name or id.")]
_Reason = Annotated[str, typer.Option(help="Why, in a few words; they stand in the audit log.")]


class Why(StrEnum):
    """Why a machine's keys are revoked."""

    LOST = "lost"
    STOLEN = "stolen"
    EXPOSED = "exposed"
    LEFT = "left"


class Order(StrEnum):
    """What a machine may be told to do; there is nothing else."""

    SEND_FULL = "send-full"
    SEND_FACTS = "send-facts"
    RESCAN = "rescan"


@app.command(name="list")
def show_all(
    *,
    org: _Org = None,
    clinic: Annotated[str | None, typer.Option(help="Only this clinic, by its short name.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that have ended.")] = False,
) -> None:
    """Machines, what waits for approval first.

    Example: dentinel-controller machine list --clinic bright-smiles
    """
    from controller.cli import ready

    ready.opened()
    from controller.fleet import queries
    from controller.tenants.scope import Place

    where = ready.org(org)
    place = Place(where.id)
    if clinic is not None:
        place = place.clinic(ready.clinic(where, clinic).id)
    lines = (_line(one) for one in queries.roll(place, ended=ended))
    say_each(lines, "no machines: dentinel-controller token make, and dentinel enroll there")


def _line(one: "Machine") -> str:
    seen = f"heard {one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at else "never heard"
    doubt = "  two computers speak as it" if one.clone_suspected_at else ""
    return f"{one.state:<11}  {one.host}  {one.clinic.name}  {seen}{doubt}  {one.id}"


@app.command()
def show(machine: _Name, org: _Org = None) -> None:
    """One machine: keys, chain, orders, and which older one it may be.

    Example: dentinel-controller machine show OP1
    """
    place, one = _found(machine, org)
    from controller.fleet import orders, queries

    told = {
        "machine": f"{one.host}  {one.id}",
        "clinic": one.clinic.name,
        "state": one.state + (f" since {one.ended_at:%Y-%m-%d %H:%M} UTC" if one.ended_at else ""),
        "joined": f"{one.enrolled_at:%Y-%m-%d %H:%M} UTC",
        "heard": f"{one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at else "never",
        "chain": f"epoch {one.epoch}, report {one.head_seq}",
        "to do": ", ".join(orders.waiting(orders.read(one.orders))) or "nothing",
    }
    if one.disposal:
        told["disposal"] = one.disposal
    for name, value in told.items():
        typer.echo(f"{name:<9} {value}")
    for key in queries.keys(place, one.id):
        end = "" if key.valid_to_leaf is None else f" to {key.valid_to_leaf}"
        typer.echo(f"{key.purpose:<9} key {key.key_id}, from line {key.valid_from_leaf}{end}")
    for former in queries.likely_former(place, one):
        typer.echo(
            f"may be    {former.host} {former.id} set up anew, by its board or disk; if so:\n"
            f"          dentinel-controller machine replace {one.id} {former.id}"
        )


@app.command()
def approve(machine: _Name, *, reason: _Reason = "", org: _Org = None) -> None:
    """Approve a machine that waits, or is in quarantine.

    Example: dentinel-controller machine approve OP1
    """
    call = _call(machine, org, reason)
    from controller.fleet import standing

    _told(standing.approve(call))


@app.command()
def quarantine(machine: _Name, *, reason: _Reason, org: _Org = None) -> None:
    """Take back the approval of a machine; its reports are kept as ever.

    Example: dentinel-controller machine quarantine OP1 --reason "was opened at a repair shop"
    """
    call = _call(machine, org, reason)
    from controller.fleet import standing

    _told(standing.quarantine(call))


@app.command()
def revoke(
    machine: _Name,
    *,
    why: Annotated[Why, typer.Option(help="What happened.")],
    reason: _Reason,
    org: _Org = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """End a machine's keys for good: what they sign from now on is false.

    Example: dentinel-controller machine revoke OP1 --why stolen --reason "break-in of 12 Nov"
    """
    call = _call(machine, org, reason)
    if not yes:
        typer.confirm(f"{machine} will never be believed again. Go on?", abort=True)
    from controller.fleet import standing

    _told(standing.revoke(call, why.value))


@app.command()
def retire(
    machine: _Name,
    *,
    disposal: Annotated[str, typer.Option(help="What became of its disks, when and by whom.")],
    reason: _Reason = "",
    org: _Org = None,
) -> None:
    """End a machine that is used no more; what it reported stays.

    Example: dentinel-controller machine retire OP1 --disposal "wiped, disk shredded 12 Nov"
    """
    call = _call(machine, org, reason)
    from controller.fleet import standing

    _told(standing.retire(call, disposal))


@app.command()
def replace(
    machine: _Name,
    former: Annotated[str, typer.Argument(help="The older machine that it was, by name or id.")],
    *,
    reason: _Reason = "",
    org: _Org = None,
) -> None:
    """Confirm that a machine is an older one set up anew; that one ends, its history stays.

    Example: dentinel-controller machine replace 3f2a9c41 OP1
    """
    call = _call(machine, org, reason)
    from controller.findings import moving
    from controller.fleet import queries

    old = queries.named(call.place, former)
    done = moving.replace(call, old.id)
    typer.echo(f"{done.host} is {done.state}, and takes the place of {old.host} {old.id}")


@app.command()
def move(
    machine: _Name,
    *,
    site: Annotated[
        str | None, typer.Option(help="Short name of the site; none without it.")
    ] = None,
    org: _Org = None,
) -> None:
    """Say in which building a machine stands. To another clinic it joins anew, with new keys.

    Example: dentinel-controller machine move OP1 --site annex
    """
    call = _call(machine, org, "")
    from controller.findings import moving

    done = moving.move(call, site)
    typer.echo(f"{done.host} stands in {site or 'no site'}")


@app.command(name="rotate-keys")
def rotate_keys(machine: _Name, *, reason: _Reason = "", org: _Org = None) -> None:
    """Have a machine make new keys; it hears so with its next sync.

    Example: dentinel-controller machine rotate-keys OP1
    """
    call = _call(machine, org, reason)
    from controller.fleet import directives

    done = directives.ask(call, "rotate_keys")
    typer.echo(f"{done.host} will be told to make new keys")


@app.command()
def order(
    machine: _Name,
    do: Annotated[Order, typer.Argument(metavar="ORDER", help="send-full, send-facts or rescan.")],
    *,
    reason: _Reason = "",
    org: _Org = None,
) -> None:
    """Have a machine report in full, send its facts, or look at all imaging folders anew.

    Example: dentinel-controller machine order OP1 rescan
    """
    call = _call(machine, org, reason)
    from controller.fleet import directives

    word = do.value.replace("-", "_")
    done = directives.ask(call, word)  # type: ignore[arg-type]
    typer.echo(f"{done.host} will be told: {do}")


def _found(machine: str, org: str | None) -> "tuple[Place, Machine]":
    from controller.cli import ready

    ready.opened()
    from controller.fleet import queries
    from controller.tenants.scope import Place

    place = Place(ready.org(org).id)
    return place, queries.named(place, machine)


def _call(machine: str, org: str | None, reason: str) -> "Call":
    place, found = _found(machine, org)
    from controller.cli import ready
    from controller.fleet.standing import Call

    return Call(ready.home(), place, found.id, ready.by(), reason)


def _told(machine: "Machine") -> None:
    typer.echo(f"{machine.host} is {machine.state}")
