"""`dentinel-controller evidence`: what a stranger can check, and with which keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

app = typer.Typer(no_args_is_help=True, help="What a stranger can check, and with which keys.")

_DAY = ["%Y-%m-%d"]
_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[
    str | None, typer.Option(help="The clinic's short name, if there is more than one.")
]


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The bundle to write.")],
    org: _Org = None,
    clinic: _Clinic = None,
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day, UTC.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Last day, UTC.")] = None,
) -> None:
    """Write a clinic's signed reports and log, for `dentinel verify`; without days the last 30.

    Example: dentinel-controller evidence export bright-smiles.dentinel-evidence
    --from 2026-11-01 --until 2026-11-30
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.errors import HomeProblem
    from controller.exports import gather
    from controller.tenants.scope import Place

    where = ready.org(org)
    chosen = ready.clinic(where, clinic)
    order = gather.Order(chosen.id, *_period(since, until), ready.by())
    try:
        with _whole(out) as file:
            gather.evidence(here, Place(where.id), order, file)
    except OSError as error:
        raise HomeProblem(
            f"{out} cannot be written: {error.strerror}", help="name another file"
        ) from error
    typer.echo(f"wrote {out}\nnext: dentinel verify {out} --policy policy.txt")


def _period(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """From the first moment of the one day to the last of the other."""
    from controller.errors import Refusal

    last = until.replace(tzinfo=UTC) + timedelta(days=1) if until else datetime.now(tz=UTC)
    first = since.replace(tzinfo=UTC) if since else last - timedelta(days=30)
    if first >= last:
        raise Refusal(
            f"{first:%Y-%m-%d} is not before the end of the period",
            help="--from is the first day, --until the last",
        )
    return first, last


@contextmanager
def _whole(out: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when all of it is written; nothing is left if it is not."""
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@app.command()
def policy(org: _Org = None) -> None:
    """Print the keys of the logs, to be handed over by another way than the bundle.

    Example: dentinel-controller evidence policy > policy.txt
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.exports import gather
    from controller.tenants.scope import Place

    typer.echo(gather.policy(here, Place(ready.org(org).id)), nl=False)
