"""What were those who answer for the practices shown in these ninety days, and what did they say?

Each practice has its role recorded and a scorecard at the end of each month, which its owner
acknowledges within days; where the owner signs in, the newest still waits. There, evidence was
made and reviewed, and two days ago an auditor had hers made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from controller.cli.demo.msp import people
from controller.cli.demo.msp.history import Act, Place, Story

if TYPE_CHECKING:
    from controller.ledger.actions import By
    from controller.people.models import User
    from controller.tenants.scope import Place as Where

_RECORDED, _EVIDENCE, _AUDIT = timedelta(days=86), timedelta(days=36), timedelta(days=2)
_MADE_AFTER = timedelta(minutes=40)
_READ_AFTER = timedelta(days=3, hours=9)
_EVIDENCE_OF = timedelta(days=30)


def shown(story: Story, users: dict[str, "User"]) -> Iterator[Act]:
    """Every act: of an administrator, of the controller and of the owners."""
    for number, place in enumerate(story.places):
        desk = _Desk(story, place, users)
        yield story.ends - _RECORDED + timedelta(minutes=number), desk.record
        ends = list(_month_ends(story, place))
        for at in ends:
            yield at + _MADE_AFTER, desk.make
            is_read = place is not people.ward(story) or at != ends[-1]
            if is_read and at + _READ_AFTER < story.ends:
                yield at + _READ_AFTER, desk.acknowledge
    desk = _Desk(story, people.ward(story), users)
    yield story.ends - _EVIDENCE, desk.export
    yield story.ends - _EVIDENCE + timedelta(days=1), desk.review
    yield story.ends - _AUDIT, desk.audit


def _month_ends(story: Story, place: Place) -> Iterator[datetime]:
    """The midnights on which a month ended there, after the story began."""
    from controller.oversight.months import last_ended

    zone, at = ZoneInfo(place.ward.zone), story.clock.now + timedelta(days=1)
    found = set()
    while at < story.ends - timedelta(hours=2):
        month = last_ended(at, zone)
        if month.ends > story.clock.now and month.ends not in found:
            found.add(month.ends)
            yield month.ends
        at += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Desk:
    """A practice, and who acts for it."""

    story: Story
    place: Place
    users: dict[str, "User"]

    def record(self, at: datetime) -> None:
        """An administrator records what the practice is."""
        from controller.oversight.roles import set_role

        by = self._by("administrator", at)
        set_role(self.story.opened.home, self.place.clinic, "covered_entity", by)

    def make(self, at: datetime) -> None:
        """The controller makes the scorecard of the month."""
        from controller.controls.scorecard import make

        make(self.story.opened.home, self.place.clinic, at)

    def acknowledge(self, at: datetime) -> None:
        """The owner has read the newest."""
        from controller.oversight import book, scorecards
        from controller.oversight.scorecards import READER, Answer

        newest = scorecards.cards(book.kept(self._where))[0]
        said = Answer("Seen at the monthly meeting", READER)
        by = self._by("owner", at)
        scorecards.acknowledge(self.story.opened.home, self._where, newest.row.id, said, by)

    def export(self, at: datetime) -> None:
        """The owner has evidence made."""
        from controller.exports import bundles

        wanted = bundles.Wanted(self.place.clinic, "owner", at - _EVIDENCE_OF, at)
        bundles.ask(self.story.opened.home, wanted, self._by("owner", at))
        bundles.work(self.story.opened.home, at)

    def audit(self, at: datetime) -> None:
        """An auditor has hers made: its file is still kept."""
        from controller.exports import bundles, period

        wanted = bundles.Wanted(self.place.clinic, "auditor", at - period.usual("auditor"), at)
        bundles.ask(self.story.opened.home, wanted, self._by("auditor", at))
        bundles.work(self.story.opened.home, at)

    def review(self, at: datetime) -> None:
        """And reviews it as the security official."""
        from controller.exports import bundles, reviewing
        from controller.oversight.reviews import REVIEWER, Said

        made = bundles.exports(self._where)[0]
        said = Said("proven", "Read with Sam: the open failures are on the list of risks", REVIEWER)
        by = self._by("owner", at)
        reviewing.review(self.story.opened.home, self._where, made.id, said, by)

    @property
    def _where(self) -> "Where":
        from controller.tenants.scope import Place as Where

        return Where(self.place.clinic.org_id).clinic(self.place.clinic.id)

    def _by(self, who: str, at: datetime) -> "By":
        from controller.ledger.actions import By

        user = people.of(self.users, self.place.ward, who)
        return By(user.email, "192.0.2.10", at, user.pk)
