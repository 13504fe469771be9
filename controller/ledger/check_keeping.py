"""Was anything erased that was to stay, and do terms and holds stand as they were decided?

The table of terms is a plain one: who edits the database could end a hold, let payloads go, and lay
it again. The lines of the log say what was decided and what was erased, in which order.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from controller.ledger.check_log import Difference, Lines
from controller.ledger.keeping import FACTS_DAYS, SIX_YEARS_DAYS
from controller.ledger.models import Audit, Keeping
from controller.tenants.scope import Place
from evidence.leaf import AdminLeaf, ErasedLeaf, ReportLeaf

_HOLDS = {"retention.hold": True, "retention.release": False}
_LEAST = {"facts": timedelta(days=FACTS_DAYS)}
_SIX_YEARS = timedelta(days=SIX_YEARS_DAYS)


def check(place: Place, logs: Iterable[Lines]) -> Iterator[Difference]:
    """Everything that speaks against it, in the ledger of an org."""
    yield from _decided(place)
    in_order = sorted(logs, key=lambda one: one.log.generation)
    for clinic in {one.log.clinic_id for one in in_order}:
        yield from _erased([one for one in in_order if one.log.clinic_id == clinic])


def _decided(place: Place) -> Iterator[Difference]:
    """Each row of terms against the acts that made it what it is."""
    said: dict[UUID | None, tuple[Any, ...]] = {}
    for act in Audit.objects.at(place).filter(action__startswith="retention.").order_by("n"):
        said[act.clinic_id] = _after(said.get(act.clinic_id, _NOTHING), act)
    found: dict[UUID | None, tuple[Any, ...]] = {
        row.clinic_id: _row(row) for row in Keeping.objects.at(place)
    }
    for clinic in sorted({*said, *found}, key=str):
        if said.get(clinic, _NOTHING) != found.get(clinic, _NOTHING):
            yield Difference("keeping", str(clinic), "not what was decided of terms and holds")


_NOTHING = (SIX_YEARS_DAYS, FACTS_DAYS, "")


def _after(before: tuple[Any, ...], act: Audit) -> tuple[Any, ...]:
    told: dict[str, Any] = act.after if isinstance(act.after, dict) else {}
    match act.action:
        case "retention.set":
            return (told.get("reports"), told.get("facts"), before[2])
        case "retention.hold":
            return (*before[:2], told.get("reason"))
        case "retention.release":
            return (*before[:2], "")
    return before


def _row(row: Keeping) -> tuple[Any, ...]:
    return (row.reports_days, row.facts_days, row.held_for if row.held_at else "")


def _erased(generations: list[Lines]) -> Iterator[Difference]:
    """The lines `erased` of a clinic, in order: none while it was held, none too early."""
    held, named = False, {one.log.origin: one for one in generations}
    for lines in generations:
        for index, said in sorted(lines.leaves.items()):
            if isinstance(said, AdminLeaf):
                held = _HOLDS.get(said.act, held)
            elif isinstance(said, ErasedLeaf) and said.why == "retention":
                if held:
                    yield lines.differs("log_entry", f"line {index}", "erased while it was held")
                if _is_early(said, named.get(said.log or "", lines)):
                    yield lines.differs("log_entry", f"line {index}", "erased before its time")


def _is_early(said: ErasedLeaf, where: Lines) -> bool:
    gone = (where.leaves.get(index) for index in said.leaves)
    return any(
        isinstance(one, ReportLeaf) and said.at - one.at < _LEAST.get(one.rk, _SIX_YEARS)
        for one in gone
    )
