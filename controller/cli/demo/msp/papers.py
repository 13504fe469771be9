"""Which statements did people sign in these ninety days, and which are due or have run out?

The made-up practice has a security official, its MSP an IT administrator, and each signs what is
theirs; a restore test and the review of the logs come round again while we look.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from controller.cli.demo.msp import people, plot
from controller.cli.demo.msp.history import Act, Story

if TYPE_CHECKING:
    from controller.people.models import User


@dataclass(frozen=True, slots=True)
class Paper:
    """A statement: its kind, who signs it as what, how long ago it was done, and what it says."""

    kind: str
    who: str
    signed_as: str
    done: int
    says: dict[str, str] = field(default_factory=dict)


_IT, _OFFICIAL = ("technician", "it_admin"), ("owner", "security_official")
_OWNER, _OFFICE = ("owner", "practice_owner"), ("office", "office_manager")
_SYSTEMS = "SIDEXIS 4, Open Dental, Microsoft 365"

PAPERS = (
    Paper("appointment", *_OWNER, 86, {"official": "Dr. Lee", "deputy": "Rosa Diaz"}),
    Paper("policy-document", *_OFFICIAL, 84, {"documents": "Security policies, October edition"}),
    Paper("risk-analysis", *_OFFICIAL, 80, {"method": "NIST SP 800-30, with the SRA Tool"}),
    Paper("sanction-policy", *_OFFICIAL, 84),
    Paper("manual-inventory", *_IT, 79, {"devices": "14"}),
    Paper("dataflow-map", *_OFFICIAL, 78, {"systems": _SYSTEMS}),
    Paper(
        "key-escrow-statement", *_IT, 75, {"kept_by": "the MSP's vault, and the practice's safe"}
    ),
    Paper("role-matrix", *_OFFICIAL, 73, {"roles": "Owner, Hygienist, Assistant, Front desk"}),
    Paper("mfa-config", *_IT, 70, {"systems": _SYSTEMS}),
    Paper("walkthrough", *_OFFICE, 340, {"rooms": "Operatories, Front desk, Server closet"}),
    Paper("log-review", *_IT, 68, {"systems": _SYSTEMS, "followed_up": "1"}),
    Paper("log-review", *_IT, 37, {"systems": _SYSTEMS, "followed_up": "0"}),
    Paper("vuln-scan", *_IT, 66, {"scanner": "an outside scanner", "open_high": "0"}),
    Paper("backup-scope", *_IT, 64, {"stores": "SIDEXIS 4 images, Open Dental database"}),
    Paper("backup-design", *_IT, 64, {"copies": "2"}),
    Paper("restore-test", *_IT, 83, {"opened": "yes"}),
    Paper("dr-plan", *_IT, 60, {"systems": _SYSTEMS}),
    Paper("ir-plan", *_OFFICIAL, 58, {"leads": "Dr. Lee, Sam Ortiz"}),
    Paper(
        "tabletop", *_OFFICIAL, 44, {"scenario": "the imaging server is encrypted by a blackmailer"}
    ),
    Paper("retention-schedule", *_OWNER, 40, {"kept_for": "3650d"}),
)


def signed(story: Story, users: dict[str, "User"]) -> Iterator[Act]:
    """An act for each; what was done before the story began is signed in its first week."""
    for number, paper in enumerate(PAPERS):
        at = story.ends - timedelta(days=min(paper.done, plot.DAYS - 3), minutes=number + 90)
        yield at, _Signature(story, paper, users[paper.who])


@dataclass(frozen=True, slots=True)
class _Signature:
    """One statement that is signed when its time comes."""

    story: Story
    paper: Paper
    user: "User"

    def __call__(self, at: datetime) -> None:
        from controller.ledger.actions import By
        from controller.paperwork import actions, drafts, queries
        from controller.paperwork.subjects import WHOLE
        from controller.tenants.scope import Place

        clinic, paper = people.ward(self.story).clinic, self.paper
        place = Place(clinic.org_id).clinic(clinic.id)
        kind, pack = queries.kind(place, paper.kind)
        read = drafts.read(kind, self._typed(), queries.today(clinic, at))
        if read.draft is None:
            raise ValueError(f"{paper.kind}: {read.wrong}")
        signing = actions.Signing(place, clinic.id, kind, pack, WHOLE, paper.signed_as)
        by = By(self.user.email, "192.0.2.10", at, self.user.pk)
        actions.sign(self.story.opened.home, signing, read.draft, by)

    def _typed(self) -> dict[str, str]:
        done = (self.story.ends - timedelta(days=self.paper.done, hours=18)).date()
        typed = {"performed_on": done.isoformat(), "result": "pass"}
        return typed | {f"field-{name}": text for name, text in self.paper.says.items()}
