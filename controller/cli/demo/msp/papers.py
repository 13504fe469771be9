"""Which statements did people sign in these ninety days, and which are due or have run out?

At each practice the owner, the office manager and the MSP's technician sign what is theirs; some
have not come to all of it yet. Where the owner signs in, a restore test comes round again while we
look, and the review of the logs was forgotten this month.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from controller.cli.demo.msp import books, people, plot
from controller.cli.demo.msp.history import Act, Place, Story

if TYPE_CHECKING:
    from controller.people.models import User


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement: its kind, who signs it as what, how long ago it was done, and what it says.

    `about` is an entry of a register, by its name: a person or a vendor.
    """

    kind: str
    who: str
    signed_as: str
    done: int
    says: dict[str, str] = field(default_factory=dict)
    about: str = ""


_IT, _OFFICIAL = ("technician", "it_admin"), ("owner", "security_official")
_OWNER, _OFFICE = ("owner", "practice_owner"), ("office", "office_manager")
_PRIVACY = ("owner", "privacy_official")
_SYSTEMS = "SIDEXIS 4, Open Dental, Microsoft 365"
_ROOMS = "Operatories, Front desk, Server closet"
_COURSE = "Handling X-rays and passwords"
_VENDORS = ("North Quay IT", "Dentsply Sirona", "Open Dental Software", "Veeam")
_CLAUSES = (
    *("permitted_uses", "safeguards", "subcontractor_flowdown", "return_or_destroy"),
    *("audit_right", "access_amendment_accounting", "incident_docs"),
)


def _of_vendors() -> Iterator[Paper]:
    clauses = dict.fromkeys(_CLAUSES, "yes") | {"breach_notice_days": "10"}
    looked = {"data_residency": "United States", "audit_log_support": "yes"}
    for number, name in enumerate(_VENDORS):
        signed = {"signed_at": f"2025-0{number + 1}-15"}
        yield Paper("baa", *_OWNER, 77, signed, name)
        yield Paper("baa-checklist", *_OWNER, 77, clauses, name)
        yield Paper("vendor-review", *_OFFICIAL, 74, looked, name)


def _of_people() -> Iterator[Paper]:
    for who in books.STAFF:
        said = {"person_ref": who, "course": _COURSE, "date": "2026-01-20", "score": "9"}
        yield Paper("training-record", *_OFFICE, 71, said, who)


def _left() -> Paper:
    said = {"person_ref": "JP", "left_at": "2026-10-20", "revoked_after": "3h"}
    return Paper("offboarding-record", *_OFFICE, 32, said, "JP")


PAPERS = (
    Paper("appointment", *_OWNER, 86, {"official": "the owner", "deputy": "the office manager"}),
    Paper("policy-document", *_OFFICIAL, 84, {"documents": "Security policies, October edition"}),
    Paper("risk-analysis", *_OFFICIAL, 80, {"method": "NIST SP 800-30, with the SRA Tool"}),
    Paper("evaluation", *_OFFICIAL, 62, {"evaluator": "an outside evaluator"}),
    Paper("sanction-policy", *_OFFICIAL, 84),
    Paper("manual-inventory", *_IT, 79, {"devices": "14"}),
    Paper("network-diagram", *_IT, 79, {"networks": "clinic, guests, telephones"}),
    Paper("dataflow-map", *_OFFICIAL, 78, {"systems": _SYSTEMS}),
    Paper(
        "key-escrow-statement", *_IT, 75, {"kept_by": "the MSP's vault, and the practice's safe"}
    ),
    Paper("module-statement", *_IT, 75, {"modules": "BitLocker, OpenSSL 3 FIPS provider"}),
    Paper("shared-account-review", *_OFFICIAL, 73, {"shared_accounts": "0"}),
    Paper("role-matrix", *_OFFICIAL, 73, {"roles": "Owner, Hygienist, Assistant, Front desk"}),
    Paper("recertification", *_OFFICIAL, 48, {"reviewed": "14", "revoked": "1"}),
    Paper("procedure", *_IT, 72, {"tried": "yes"}),
    Paper("mfa-config", *_IT, 70, {"systems": _SYSTEMS}),
    Paper("audit-feature-config", *_IT, 70, {"systems": _SYSTEMS}),
    Paper("approved-versions", *_IT, 69, {"versions": "SIDEXIS 4.4.2, Open Dental 24.3"}),
    Paper("walkthrough", *_OFFICE, 61, {"rooms": _ROOMS}),
    Paper("facility-checklist", *_OFFICE, 61, {"rooms": _ROOMS}),
    Paper("log-review", *_IT, 68, {"systems": _SYSTEMS, "followed_up": "1"}),
    Paper("log-review", *_IT, 37, {"systems": _SYSTEMS, "followed_up": "0"}),
    Paper("log-review", *_IT, 12, {"systems": _SYSTEMS, "followed_up": "0"}),
    Paper("vuln-scan", *_IT, 66, {"scanner": "an outside scanner", "open_high": "0"}),
    Paper("backup-scope", *_IT, 64, {"stores": "SIDEXIS 4 images, Open Dental database"}),
    Paper("backup-design", *_IT, 64, {"copies": "2"}),
    Paper("backup-encryption-config", *_IT, 64, {"method": "AES-256, by the backup's program"}),
    Paper("restore-test", *_IT, 41, {"opened": "yes", "took": "2h"}),
    Paper("criticality", *_OWNER, 63, {"recovery_time": "4h", "recovery_point": "24h"}),
    Paper("dr-plan", *_IT, 60, {"systems": _SYSTEMS}),
    Paper("ir-plan", *_OFFICIAL, 58, {"leads": "the owner, Sam Ortiz"}),
    Paper("reporting-channel", *_OFFICIAL, 58, {"channel": "the help desk's telephone"}),
    Paper("email-policy", *_OFFICIAL, 56, {"method": "a portal; the password by telephone"}),
    Paper("fax-vendor-and-procedure", *_OFFICE, 56, {"service": "none: faxes were given up"}),
    Paper("sharing-procedure", *_OFFICIAL, 56, {"services": "the referral portal"}),
    Paper("byod-policy", *_OFFICIAL, 55, {"exceptions": "0"}),
    Paper("disclosure-log", *_PRIVACY, 30, {"disclosures": "3"}),
    Paper("privacy-procedure", *_PRIVACY, 54),
    Paper("deidentification-procedure", *_PRIVACY, 54, {"method": "by the image program's export"}),
    Paper("vendor-statement-or-test", *_IT, 52, {"tested": "yes"}),
    Paper("course-outline", *_OFFICIAL, 71, {"topics": "Passwords, Phishing, Lost devices"}),
    Paper(
        "tabletop", *_OFFICIAL, 44, {"scenario": "the imaging server is encrypted by a blackmailer"}
    ),
    Paper("retention-schedule", *_OWNER, 40, {"kept_for": "3650d"}),
    *_of_vendors(),
    *_of_people(),
)
"""What a practice that has come to all of it has signed; some of its 47 kinds need an event."""

_OPEN = {
    "Bright Smiles": {"module-statement", "deidentification-procedure"},
    "Old Mill Dental": {"tabletop"},
    "Juniper Family Dentistry": {"evaluation", "vuln-scan", "course-outline", "byod-policy"},
    "Alder Periodontics": {"network-diagram", "facility-checklist"},
}
"""What a practice has not come to yet."""
_LATE = {
    ("Bright Smiles", "restore-test"): 83,
    ("Willow Creek Dental", "restore-test"): 84,
}
"""What was done longer ago there than elsewhere, and comes round again."""
_FORGOTTEN = ("Bright Smiles", "log-review", 12)


def of(place: Place) -> Iterator[Paper]:
    """The statements of one practice."""
    ward = place.ward.name
    for paper in PAPERS:
        if paper.kind in _OPEN.get(ward, ()) or (ward, paper.kind, paper.done) == _FORGOTTEN:
            continue
        yield replace(paper, done=_LATE.get((ward, paper.kind), paper.done))
    if ward == books.ENDED:
        yield _left()


def signed(story: Story, users: dict[str, "User"]) -> Iterator[Act]:
    """An act for each; what was done before the story began is signed in its first week."""
    for place in story.places:
        yield from _signed_at(story, place, of(place), users)


def _signed_at(
    story: Story, place: Place, papers: Iterable[Paper], users: dict[str, "User"]
) -> Iterator[Act]:
    for number, paper in enumerate(papers):
        at = story.ends - timedelta(days=min(paper.done, plot.DAYS - 3), minutes=number + 90)
        yield at, _Signature(story, place, paper, people.of(users, place.ward, paper.who))


@dataclass(frozen=True, slots=True)
class _Signature:
    """One statement that is signed when its time comes."""

    story: Story
    place: Place
    paper: Paper
    user: "User"

    def __call__(self, at: datetime) -> None:
        from controller.ledger.actions import By
        from controller.paperwork import actions, drafts, queries, subjects
        from controller.tenants.scope import Place as Where

        clinic, paper = self.place.clinic, self.paper
        where = Where(clinic.org_id).clinic(clinic.id)
        kind, pack = queries.kind(where, paper.kind)
        read = drafts.read(kind, self._typed(), queries.today(clinic, at))
        if read.draft is None:
            raise ValueError(f"{paper.kind}: {read.wrong}")
        about = {one.name: one for one in subjects.possible(where, kind)} if paper.about else {}
        subject = about[paper.about] if paper.about else subjects.WHOLE
        signing = actions.Signing(where, clinic.id, kind, pack, subject, paper.signed_as)
        by = By(self.user.email, "192.0.2.10", at, self.user.pk)
        actions.sign(self.story.opened.home, signing, read.draft, by)

    def _typed(self) -> dict[str, str]:
        done = (self.story.ends - timedelta(days=self.paper.done, hours=18)).date()
        typed = {"performed_on": done.isoformat(), "result": "pass"}
        return typed | {f"field-{name}": text for name, text in self.paper.says.items()}
