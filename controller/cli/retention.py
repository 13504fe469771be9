"""`dentinel-controller retention`: how long is evidence kept, what would go, what is held?"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from rules.counted import counted

if TYPE_CHECKING:
    from uuid import UUID

    from controller.identity.home import ControllerHome
    from controller.tenants.models import Clinic

app = typer.Typer(no_args_is_help=True, help="How long evidence is kept, and what is held.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[
    str | None, typer.Option(help="The clinic's short name, if there is more than one.")
]
_Reason = Annotated[str, typer.Option(help="Why; it stands in the audit log.")]


@app.command()
def show(org: _Org = None) -> None:
    """Terms and hold of each clinic, and how many payloads are past their time now.

    Example: dentinel-controller retention show
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.ledger import keeping
    from controller.tenants.queries import clinics
    from controller.tenants.scope import Place

    place = Place(ready.org(org).id)
    due: Counter[UUID] = Counter()
    for whose, going in _counted(here, place.org, by_this_clock=False):
        due[whose] += going
    for clinic in clinics(place):
        kept = keeping.of_clinic(place, clinic)
        typer.echo(
            f"{clinic.name}: reports {kept.reports_days:,} days, facts {kept.facts_days:,} days;"
            f" {counted(due[clinic.id], 'payload is', 'payloads are')} past their time"
        )
        if kept.held_at is not None:
            typer.echo(f"  held since {kept.held_at:%Y-%m-%d} by {kept.held_by}: {kept.held_for}")


@app.command()
def run(
    org: _Org = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")
    ] = False,
    by_this_clock: Annotated[
        bool, typer.Option("--by-this-clock", help="Go by this server's clock alone.")
    ] = False,
) -> None:
    """Erase now what is past its time, as a running `serve` does by itself, in steps of weeks.

    Rows, hashes and lines of the log stay; a line says what went. A clinic that is held is passed
    over. Beside a running server: each transaction takes a few milliseconds.

    What is not as old by the clock of any machine stays, for a server's own clock may be wrong.
    Where no machine reports any more, see that it is right and add --by-this-clock.

    Example: dentinel-controller retention run --dry-run
    """
    from controller.cli import ready
    from controller.cli.meter import meter

    here = ready.opened()
    where = ready.org(org)
    if dry_run:
        total = sum(n for _, n in _counted(here, where.id, by_this_clock=by_this_clock))
        typer.echo(f"{counted(total, 'payload')} of {where.name} would go")
        return
    from controller.findings.expired import AT_ONCE
    from controller.findings.purge import Round

    gone, now, progress = 0, datetime.now(tz=UTC), meter(f"machines of {where.name}")
    until = _until(here, where.id, now, by_this_clock=by_this_clock)
    round_ = Round(here, where.id, AT_ONCE)
    while until is not None and not round_.is_through:
        gone += round_.step(now, lambda: False, until)
        progress(round_.done, round_.machines)
    typer.echo(f"{gone:,} payloads of {where.name} were erased")


@app.command()
def hold(reason: _Reason, org: _Org = None, clinic: _Clinic = None) -> None:
    """Erase nothing of a clinic until `release`, whatever its age.

    Example: dentinel-controller retention hold --clinic bright-smiles --reason "letter of counsel"
    """
    here, of = _of(org, clinic)
    from controller.cli import ready
    from controller.ledger import keeping

    keeping.hold(here, of, reason, ready.by())
    typer.echo(f"the evidence of {of.name} is held: nothing of it is erased")


@app.command()
def release(reason: _Reason, org: _Org = None, clinic: _Clinic = None) -> None:
    """End a hold: what is past its time may go again.

    Example: dentinel-controller retention release --clinic bright-smiles --reason "case closed"
    """
    here, of = _of(org, clinic)
    from controller.cli import ready
    from controller.ledger import keeping

    keeping.release(here, of, reason, ready.by())
    typer.echo(f"the evidence of {of.name} is not held any more")


@app.command(name="set")
def set_(
    reports: Annotated[int, typer.Option(help="Days that signed reports stay; 2192 at least.")],
    facts: Annotated[int, typer.Option(help="Days that plain facts stay; 90 at least.")] = 90,
    org: _Org = None,
    clinic: _Clinic = None,
) -> None:
    """Keep a clinic's evidence for so many days. Less than the law asks for is refused.

    Example: dentinel-controller retention set --clinic bright-smiles --reports 3650 --facts 365
    """
    here, of = _of(org, clinic)
    from controller.cli import ready
    from controller.ledger import keeping

    keeping.set_terms(here, of, keeping.Terms(reports, facts), ready.by())
    typer.echo(f"{of.name}: reports {reports:,} days, facts {facts:,} days")


def _of(org: str | None, clinic: str | None) -> "tuple[ControllerHome, Clinic]":
    from controller.cli import ready

    here = ready.opened()
    return here, ready.clinic(ready.org(org), clinic)


def _until(
    here: "ControllerHome", org: "UUID", now: datetime, *, by_this_clock: bool
) -> datetime | None:
    """Up to which time a machine says that it is; None if none does."""
    from controller.findings import vouched

    return now if by_this_clock else vouched.until(here, org, now)


def _counted(
    here: "ControllerHome", org: "UUID", *, by_this_clock: bool
) -> "Iterator[tuple[UUID, int]]":
    from controller.findings.purge import counted

    until = _until(here, org, datetime.now(tz=UTC), by_this_clock=by_this_clock)
    if until is not None:
        yield from counted(here, org, until)
