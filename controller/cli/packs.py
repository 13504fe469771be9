"""`dentinel-controller packs`: serve the rules that an author signed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rules.counted import counted

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome
    from controller.policy.repository import Repository
    from controller.tenants.models import Org
    from evidence.handover import Handover

app = typer.Typer(no_args_is_help=True, help="Serve the rules that an author signed.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]


@app.command("online-keys")
def online_keys(
    to: Annotated[
        Path, typer.Option("-o", metavar="FILE", help="The file to write, for the author.")
    ] = Path("online-keys.json"),
    org: _Org = None,
    new: Annotated[
        bool,
        typer.Option("--new", help="The next pair of keys: the present one is in wrong hands."),
    ] = False,
) -> None:
    """Write this controller's public keys and its list of clinics and machines, for the author.

    Example: dentinel-controller packs online-keys -o online-keys.json
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.policy import actions, roster

    where = ready.org(org)
    online = actions.online_keys(here, where.id, new=new)
    found = roster.roster(where, online, actions.used(here, where.id))
    _write(to, found.to_bytes())
    clinics = counted(len(found.clinics), "clinic")
    machines = counted(sum(len(one.machines) for one in found.clinics), "machine")
    typer.echo(f"wrote {to}: {clinics}, {machines}, no secret")
    if new:
        typer.echo(f"next, at the author's: dentinel pack sign --role root --online {to.name}")


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What dentinel pack publish wrote.")],
    org: _Org = None,
    anew: Annotated[
        bool,
        typer.Option(
            "--anew",
            help="Set aside what is published, and begin with this, which goes on counting "
            "from there. Machines that know other roots must join again.",
        ),
    ] = False,
) -> None:
    """Check what an author handed over as a machine would, and let machines have it.

    Example: dentinel-controller packs publish north-quay-4.dentinel-packs
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.policy import actions

    order = actions.Order(ready.org(org).id, _handover(file), anew=anew)
    done = actions.publish(here, order, ready.by())
    typer.echo(f"published targets {done.targets.version} under root {done.root.version}")
    for one in done.assignments:
        packs = ", ".join(f"{of.pack} {of.version}" for of in one.packs)
        typer.echo(f"  {one.names.clinic or one.clinic}: {packs} (serial {one.serial})")
    typer.echo("machines take it at their next contact: dentinel-controller packs list")


@app.command("list")
def show_all(org: _Org = None) -> None:
    """What each clinic is assigned, and since when its first machine runs it.

    Example: dentinel-controller packs list
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.policy import assigned, queries
    from controller.tenants.scope import Place

    where = ready.org(org)
    held = _open(here, where)
    version = held.targets().signed.version
    ran = {(str(one.clinic.id), one.targets): one.first_at for one in queries.runs(Place(where.id))}
    for one in assigned.read(_contents(held)):
        packs = ", ".join(f"{of.pack} {of.version}" for of in one.packs)
        first = ran.get((one.clinic, version))
        said = f"since {first:%Y-%m-%d %H:%M} UTC" if first else "by no machine yet"
        typer.echo(f"{one.names.clinic or one.clinic}: {packs}; targets {version} run {said}")


@app.command()
def show(
    to: Annotated[
        Path | None,
        typer.Option("-o", metavar="FILE", help="Write it into a file, for another author."),
    ] = None,
    org: _Org = None,
) -> None:
    """Show every target that counts now, or hand all of it to another author.

    Example: dentinel-controller packs show -o north-quay.dentinel-packs
    """
    from controller.cli import ready

    here = ready.opened()
    held = _open(here, ready.org(org))
    if to is not None:
        _write(to, held.handover().to_bytes())
        typer.echo(f"wrote {to}\nnext, at the author's: dentinel pack take {to.name}")
        return
    for name, of in sorted(held.targets().signed.targets.items()):
        typer.echo(f"{of.hashes['sha256'][:16]}  {of.length:>8}  {name}")


@app.command()
def status(org: _Org = None) -> None:
    """Say until when what is published holds, and what is due. Exit 0 in order, 1 something is due.

    Example: dentinel-controller packs status
    """
    from datetime import UTC, datetime

    from controller.cli import ready

    here = ready.opened()
    from controller.policy.due import due, stray_keys

    held = _open(here, ready.org(org))
    found = [*due(held, datetime.now(tz=UTC))]
    for name, of in (
        ("root", held.root().signed),
        ("targets", held.targets().signed),
        ("snapshot", held.snapshot().signed),
        ("timestamp", held.timestamp().signed),
    ):
        typer.echo(f"{name:<10} {of.version:<10} until {of.expires:%Y-%m-%d %H:%M} UTC")
    found += [
        f"{file} is the key of an author: keep it off the controller"
        for file in stray_keys(here.root)
    ]
    for one in found:
        typer.echo(f"due: {one}")
    raise typer.Exit(1 if found else 0)


def _open(here: "ControllerHome", org: "Org") -> "Repository":
    from controller.errors import NotThere
    from controller.policy.repository import Repository

    held = Repository(here.tuf(org.id))
    if not held.is_open:
        raise NotThere(
            f"nothing was published for {org.name}: its machines run the built-in rules",
            help="begin with `dentinel-controller packs online-keys`; docs/packs.md goes on",
        )
    return held


def _contents(held: "Repository") -> dict[str, bytes]:
    found = {name: held.file(name) for name in held.targets().signed.targets}
    return {name: data for name, data in found.items() if data is not None}


def _handover(file: Path) -> "Handover":
    from controller.errors import Refusal
    from evidence.errors import EvidenceError
    from evidence.handover import MOST_BYTES, Handover

    try:
        with file.open("rb") as opened:
            return Handover.from_bytes(opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    except EvidenceError as error:
        raise Refusal(
            f"{file}: {error}", help="take the file that `dentinel pack publish` wrote"
        ) from error


def _write(file: Path, data: bytes) -> None:
    from controller.errors import HomeProblem

    try:
        file.write_bytes(data)
    except OSError as error:
        raise HomeProblem(f"{file} cannot be written: {error.strerror}") from error
