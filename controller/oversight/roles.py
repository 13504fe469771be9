"""What is a clinic under HIPAA, as far as anybody has said: covered entity or business associate?

45 CFR 160.103 defines both. Nothing is assumed: a clinic of which nobody said it has no role. An
MSP that can reach a practice's records is its business associate, whatever the clinic is.
"""

from controller.errors import AlreadyDone, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import By, acting
from controller.oversight.book import Kept, New, kept, write
from controller.oversight.models import Kind, Record
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

ROLES = {"covered_entity": "covered entity", "business_associate": "business associate"}
FORM = "clinic-role/v1"


def role_of(on_record: Kept) -> str:
    """The word of the role; empty while it is unknown."""
    newest = on_record.newest(Kind.ROLE)
    return str(newest.data["role"]) if newest else ""


def set_role(home: ControllerHome, clinic: Clinic, role: str, by: By) -> Record:
    """Record what a clinic is. Refusal for another word; AlreadyDone if it is recorded so."""
    if role not in ROLES:
        raise Refusal("what is this clinic?", help="covered entity, or business associate")
    with acting(home, by) as books:
        before = role_of(kept(Place(clinic.org_id).clinic(clinic.id)))
        if before == role:
            raise AlreadyDone(f"{clinic.name} is recorded as {ROLES[role]}")
        said = {"role": role, "before": before or None}
        new = New(Kind.ROLE, "", FORM, said, said)
        return write(books, clinic, new, "clinic.role", ("role", "before"))
