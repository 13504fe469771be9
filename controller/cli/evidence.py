"""`dentinel-controller evidence`: what a stranger can check, and with which keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from controller.cli.typed import day

app = typer.Typer(no_args_is_help=True, help="What a stranger can check, and with which keys.")

_Org = Annotated[str | None, typer.Option(help="The org's short name, if there is more than one.")]
_Clinic = Annotated[
    str | None, typer.Option(help="The clinic's short name, if there is more than one.")
]


class _Profile(StrEnum):
    AUDITOR = "auditor"
    OWNER = "owner"
    INSURER = "insurer"
    COUNSEL = "counsel"


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The bundle to write.")],
    *,
    org: _Org = None,
    clinic: _Clinic = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from", parser=day, metavar="DATE", help="First day, by the clinic's clock."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(parser=day, metavar="DATE", help="Last day, by the clinic's clock."),
    ] = None,
    profile: Annotated[
        _Profile, typer.Option(help="For whom; an auditor's period is twelve months.")
    ] = _Profile.AUDITOR,
) -> None:
    """Write a clinic's signed reports and log, for `dentinel verify`.

    Without days: the last twelve months for an auditor, the last 30 days for anybody else.

    Example: dentinel-controller evidence export bright-smiles.dentinel-evidence
    --from 2026-11-01 --until 2026-11-30
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.exports import gather, period
    from controller.tenants.scope import Place

    where, by = ready.org(org), ready.by()
    of = ready.clinic(where, clinic)
    days = period.Days(since and since.date(), until and until.date(), of.time_zone)
    order = gather.Order(
        of.id,
        *period.period(days, by.at, profile.value),
        by,
        profile.value,
    )
    with _whole(out) as file:
        gather.evidence(here, Place(where.id), order, file)
    typer.echo(f"wrote {out}")
    typer.echo(
        "next, to be handed over by another way: dentinel-controller evidence policy > policy.txt"
    )
    typer.echo(f"who has both checks it by: dentinel verify {out} --policy policy.txt")


@contextmanager
def _whole(out: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when all of it is written; nothing is left if it is not."""
    from controller.errors import HomeProblem

    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(out)
    except OSError as error:
        said = f"{out} cannot be written: {error.strerror}"
        raise HomeProblem(said, help="name another file") from error
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
