"""Taking over a list, and leaving a machine out with a reason. Each is one act in the books."""

from dataclasses import dataclass
from uuid import UUID

from controller.errors import Refusal
from controller.identity.home import ControllerHome
from controller.inventory import queries
from controller.inventory.models import Listed
from controller.inventory.sheet import Sheet
from controller.inventory.states import ListedState
from controller.ledger.actions import Act, By, acting
from controller.tenants.models import Clinic
from controller.tenants.scope import Place


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a list over does: machines that are new, that are known, and that it lacks."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    lacking: tuple[str, ...]


def plan(clinic: Clinic, sheet: Sheet) -> Plan:
    """What would happen; nothing is written."""
    place = Place(clinic.org_id).clinic(clinic.id)
    held = set(Listed.objects.at(place).values_list("host", flat=True))
    said = {one.host for one in sheet.entries}
    return Plan(tuple(sorted(said - held)), tuple(sorted(said & held)), tuple(sorted(held - said)))


def take(home: ControllerHome, clinic: Clinic, sheet: Sheet, source: str, by: By) -> Plan:
    """Take a list over: what is known is brought up to date, and nothing is removed."""
    if sheet.wrong or not sheet.entries:
        raise Refusal("this list cannot be taken over", help="mend what is told, line by line")
    with acting(home, by) as books:
        planned = plan(clinic, sheet)
        for one in sheet.entries:
            Listed.objects.at(Place(clinic.org_id)).update_or_create(
                org_id=clinic.org_id,
                clinic_id=clinic.id,
                host=one.host,
                defaults={
                    "kind": one.kind,
                    "system": one.system,
                    "source": source[:100],
                    "listed_at": by.at,
                },
            )
        after = {"new": len(planned.new), "known": len(planned.known), "source": source[:100]}
        books.record(clinic.org_id, clinic.id, Act("inventory.import", clinic.slug, after=after))
    return planned


def set_state(
    home: ControllerHome, place: Place, key: UUID, to: tuple[ListedState, str], by: By
) -> Listed:
    """Leave a machine out as ignored or retired, with a reason; or count it again."""
    state, reason = to
    if state is not ListedState.LISTED and not reason.strip():
        raise Refusal("why is it left out?", help='say it in a few words: "sold in May"')
    with acting(home, by) as books:
        row = queries.entry(place, key)
        before = {"state": row.state, "reason": row.reason}
        row.state, row.reason = state, reason.strip()[:200]
        row.save(update_fields=["state", "reason"])
        after = {"state": row.state, "reason": row.reason}
        books.record(row.org_id, row.clinic_id, Act("inventory.state", row.host, before, after))
    return row
