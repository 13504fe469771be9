"""Which failures did people accept, and which do they still have to decide on?

The scanner's maker asks for an open USB port: the technician asked, the owner accepted, and the
waiver ends in twelve days. At another practice a frozen X-ray PC waits for its owner's decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from controller.cli.demo.msp.history import Act, Story

if TYPE_CHECKING:
    from controller.findings.waiving import Call
    from controller.people.models import User


@dataclass(frozen=True, slots=True)
class Risk:
    """A failure that is to be accepted: where, asked for and decided so long ago, ending then."""

    ward: str
    host: str
    rule: str
    reason: str
    compensating: str
    owner: str
    asked: int
    ends_in: int
    approver: str | None


RISKS = (
    Risk(
        "Bright Smiles",
        "SCAN1",
        "usb-storage-blocked",
        "The plate scanner is calibrated from its maker's USB stick",
        "The stick lies in the safe, and nobody signs in at this computer as administrator",
        "Dr. Lee",
        asked=59,
        ends_in=12,
        approver="owner",
    ),
    Risk(
        "Summit Oral Surgery",
        "PANO-01",
        "os-supported",
        "The CBCT's maker has frozen its computer until the new unit comes in spring",
        "It stands in a network of its own, and only the image server reaches it",
        "The practice's owner",
        asked=6,
        ends_in=150,
        approver=None,
    ),
)
_DECIDED_AFTER = timedelta(hours=5)


def accepted(story: Story, users: dict[str, "User"]) -> Iterator[Act]:
    """Each request, and each decision that was made on it."""
    for risk in RISKS:
        waiver = _Waiver(story, risk, users)
        at = story.ends - timedelta(days=risk.asked)
        yield at, waiver.ask
        if risk.approver is not None:
            yield at + _DECIDED_AFTER, waiver.approve


@dataclass(frozen=True, slots=True)
class _Waiver:
    """One waiver on its way."""

    story: Story
    risk: Risk
    users: dict[str, "User"]

    def ask(self, at: datetime) -> None:
        """The technician asks for it."""
        from controller.findings import waiving
        from controller.policy import asking
        from controller.policy import queries as policy
        from controller.policy.waivers import next_label
        from controller.tenants.scope import Place

        risk = self.risk
        place = next(one for one in self.story.places if one.ward.name == risk.ward)
        clinic, user = place.clinic, self.users["technician"]
        where = Place(clinic.org_id).clinic(clinic.id)
        fields = {
            "id": next_label(where, at),
            "rule": risk.rule,
            "scope": {"machine": risk.host},
            "reason": risk.reason,
            "compensating": risk.compensating,
            "risk_owner": risk.owner,
            "from": at.date().isoformat(),
            "until": (self.story.ends + timedelta(days=risk.ends_in)).date().isoformat(),
        }
        wanted = asking.ask(fields, policy.every(where), ZoneInfo(clinic.time_zone))
        waiving.request(self._call(user, at), clinic, [wanted], user)

    def approve(self, at: datetime) -> None:
        """The owner accepts it."""
        from controller.findings import waiving
        from controller.policy import waivers
        from controller.tenants.scope import Place

        user = self.users[str(self.risk.approver)]
        clinic = next(one.clinic for one in self.story.places if one.ward.name == self.risk.ward)
        whole = waivers.waivers(Place(clinic.org_id).clinic(clinic.id))
        asked = whole.get(rule=self.risk.rule)
        waiving.approve(self._call(user, at), asked.id, user)

    def _call(self, user: "User", at: datetime) -> "Call":
        from controller.findings.waiving import Call
        from controller.ledger.actions import By
        from controller.tenants.scope import Place

        opened = self.story.opened
        return Call(opened.home, Place(opened.org.id), By(user.email, "192.0.2.10", at, user.pk))
