"""`dentinel-controller rebuild`: do the tables say what the signed reports say?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rules.counted import counted

if TYPE_CHECKING:
    from controller.findings.rebuild import Difference
    from controller.identity.home import ControllerHome
    from controller.tenants.models import Org

_NAMED = 100
_LONGEST = 60


def rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="Compare only; exit 1 if anything differs.")
    ] = False,
    org: Annotated[
        str | None, typer.Option(help="The org's short name; without it every org.")
    ] = None,
) -> None:
    """Derive verdicts, history and counts from the reports again, and put right what differs.

    A check reads beside a running server. To put right holds the server's writer until it is
    done: machines are then asked to come again, and lose nothing.

    Example: dentinel-controller rebuild --check
    """
    from controller.cli import ready

    here = ready.opened()
    from controller.tenants.queries import orgs

    chosen = [ready.org(org)] if org else list(orgs())
    differs = [_one(here, one, check=check) for one in chosen]
    if check and any(differs):
        raise typer.Exit(1)


def _one(here: "ControllerHome", org: "Org", *, check: bool) -> int:
    """Compare one org, or put it right too; how many rows differed."""
    from controller.cli import ready
    from controller.cli.meter import meter
    from controller.findings import days
    from controller.findings import rebuild as derived
    from controller.ledger.actions import Act, told

    work = derived.check if check else derived.rebuild
    found = work(here, org.id, meter(f"machines of {org.name}"))
    names = _names(org)
    for one in found[:_NAMED]:
        typer.echo(sentence(one, names))
    if len(found) > _NAMED:
        typer.echo(f"and {len(found) - _NAMED} more rows")
    if not found:
        typer.echo(f"the tables of {org.name} are what its reports say")
    elif check:
        typer.echo(f"{_rows(found)} of {org.name} not as reported: `dentinel-controller rebuild`")
    else:
        rows = {"rows": len(found), "tables": sorted({one.table for one in found})}
        told(here, ready.by(), Act("tables.rebuild", org.slug, after=rows), org.id)
        days.again(org.id, datetime.now(tz=UTC))
        typer.echo(f"{_rows(found)} of {org.name} put right")
    return len(found)


def _rows(found: "tuple[Difference, ...]") -> str:
    return counted(len(found), "row")


def _names(org: "Org") -> dict[str, Mapping[Any, str]]:
    """What the ids in the keys of rows are called."""
    from controller.fleet.queries import roll
    from controller.policy.queries import rules
    from controller.tenants.queries import clinics
    from controller.tenants.scope import Place

    place = Place(org.id)
    hosts = {one.id.hex: one.host for one in roll(place, ended=True)}
    return {
        "machine_id": hosts,
        "id": hosts,
        "clinic_id": {one.id.hex: one.name for one in clinics(place)},
        "rule_no": {number: rule.name for number, rule in rules(place).items()},
    }


def sentence(one: "Difference", names: Mapping[str, Mapping[Any, str]]) -> str:
    """Which row it is, and what differs: `rule_state OP1 screen-locks: verdict is 'fail', …`."""
    whose = " ".join(
        str(names.get(column, {}).get(value, value))
        for column, value in one.of.items()
        if column != "org_id"
    )
    if one.live is None:
        return f"{one.table} {whose}: there is no such row, the reports say there is"
    if one.derived is None:
        return f"{one.table} {whose}: a row of which no report speaks"
    told = [f"{name} is {_short(is_)}, not {_short(should)}" for name, is_, should in one.columns]
    return f"{one.table} {whose}: {'; '.join(told)}"


def _short(value: Any) -> str:  # noqa: ANN401 - a column
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
