"""Papers of Bright Smiles: what was signed, by whom, about what."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from controller.ledger.actions import By
from controller.paperwork import actions, drafts, lists, queries
from controller.paperwork.models import Attestation, Entry
from controller.paperwork.registers.index import BY_ID
from controller.paperwork.subjects import WHOLE, Subject
from controller.people import membership
from controller.people.models import Membership
from controller.people.roles import DESIGNATIONS
from tests.controller.bright_smiles import Practice

TYPED = {
    "restore-test": {"field-opened": "yes", "field-took": "45m", "doc_where": "binder 3"},
    "risk-analysis": {"field-method": "the workbook of 2026", "field-open_risks": "4"},
    "log-review": {"field-systems": "Sidexis, firewall"},
    "key-escrow-statement": {"field-kept_by": "the safe of North Quay IT"},
    "ir-plan": {"field-leads": "Dr. Lee"},
    "dataflow-map": {"field-systems": "Sidexis"},
}


def signed(
    there: Practice, kind: str = "risk-analysis", days_ago: int = 0, about: Subject = WHOLE
) -> Attestation:
    """A statement that Dr. Lee signed so many days ago."""
    now = timezone.now() - timedelta(days=days_ago)
    place = there.place.clinic(there.clinic.id)
    day = queries.today(there.clinic, now)
    typed = {"result": "pass", "performed_on": day.day.isoformat(), **TYPED.get(kind, {})}
    one, pack = queries.kind(place, kind)
    read = drafts.read(one, typed, day)
    assert read.draft is not None, read.wrong
    signing = actions.Signing(place, there.clinic.id, one, pack, about, one.owner)
    return actions.sign(there.home, signing, read.draft, By(there.dr_lee.email, "", now))


def designated(there: Practice, *words: str) -> None:
    """Dr. Lee, an administrator of the MSP, is named for these tasks."""
    held = Membership.objects.at(there.place).get(user=there.dr_lee)
    by = By("shell", "", timezone.now())
    membership.designate(there.home, there.place, held.pk, words, by)


def listed(there: Practice, register: str, entry: UUID | None = None, **values: object) -> Entry:
    """An entry that Dr. Lee wrote, or a correction of one."""
    of, place = BY_ID[register], there.place.clinic(there.clinic.id)
    whole = {field.name: values.get(field.name) for field in of.fields}
    by = By(there.dr_lee.email, "", timezone.now())
    return lists.enter(there.home, lists.Entering(place, there.clinic.id, of, entry, whole), by)


def fill(there: Practice) -> None:
    """A clinic in the middle of its year."""
    designated(there, *DESIGNATIONS)
    signed(there, "restore-test", days_ago=80)
    signed(there, "log-review", days_ago=40)
    signed(there, "ir-plan", days_ago=100)
    signed(there, "risk-analysis", days_ago=10)
    listed(there, "people", reference="AB", role="Hygienist", started="2020-01-01")
    listed(there, "vendors", name="Dentsply Sirona", service="Sidexis", reaches_images="yes")
    listed(there, "backups", name="NAS", medium="nas", where="server room", offsite=False,
           immutable=False, encrypted=True, holds=["Sidexis"])  # fmt: skip
    listed(there, "incidents", what="A laptop was left in a taxi", kind="lost",
           discovered_on=(timezone.now() - timedelta(days=20)).date().isoformat())  # fmt: skip
