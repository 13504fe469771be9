"""What did those who answer for a clinic say that a control asks for? To ask more, add its line.

Evaluations, the clinic's role, scorecards: read from what is on record at a moment, so that a past
day is answered by what was known then. Of what nobody said nothing is known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from controller.controls import marks
from controller.controls.catalogue import span
from controller.controls.parts import Part
from controller.oversight import months, reviews, roles, scorecards
from controller.oversight.book import Kept
from controller.oversight.models import Kind, Record
from controller.paperwork.registers.base import Mark
from controller.tenants.models import Clinic

_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """What is on record of a clinic at a moment."""

    clinic: Clinic
    kept: Kept
    at: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        """Where the clinic's days begin."""
        return ZoneInfo(self.clinic.time_zone)

    def day(self, at: datetime) -> str:
        """The day of an instant there."""
        return f"{at.astimezone(self.zone):%Y-%m-%d}"


Reading = Callable[[Desk], Part]


def part(control: str, desk: Desk) -> Part | None:
    """What is on record for a control, if the controller asks for it."""
    reading = SAID.get(control)
    return reading(desk) if reading else None


def _evaluated(desk: Desk) -> Part:
    """The newest bundle that was reviewed, and what the last review of it said."""
    within = span("GOV-04", "reviewed_within")
    said = desk.kept.of(Kind.REVIEW)
    newest = max(said, key=lambda row: (_bundle_made(row), row.made_at), default=None)
    return marks.part("signed evidence that was reviewed", [_review(desk, newest, within)])


def _bundle_made(row: Record) -> datetime:
    return datetime.fromisoformat(row.data["made_at"])


def _review(desk: Desk, newest: Record | None, within: timedelta) -> Mark:
    if newest is None:
        is_old = desk.at > desk.clinic.made_at + within
        return Mark("expired" if is_old else "unknown", "nobody has reviewed signed evidence here")
    made_at = _bundle_made(newest)
    until, found = made_at + within, str(newest.data["found"])
    told = (
        f"the evidence made on {desk.day(made_at)} was reviewed on {desk.day(newest.made_at)} by "
        f"{newest.made_by}: {reviews.FOUND[found]}"
    )
    if found == "false":
        return Mark("fail", told)
    if desk.at > until:
        return Mark("expired", f"{told}; too long ago since {desk.day(until)}")
    if desk.at > until - _SOON:
        return Mark("due", f"{told}; the next by {desk.day(until)}")
    return Mark("pass", told)


def _role(desk: Desk) -> Part:
    newest = desk.kept.newest(Kind.ROLE)
    if newest is None:
        said = Mark("unknown", "nobody has recorded whether it is a covered entity")
    else:
        role, day = roles.ROLES[str(newest.data["role"])], desk.day(newest.made_at)
        said = Mark("pass", f"{role}, recorded on {day} by {newest.made_by}")
    return marks.part("the clinic's role", [said])


def _scorecards(desk: Desk) -> Part:
    """Every scorecard that is open, the newest month that has none, and how the last one went."""
    cards = scorecards.cards(desk.kept)
    found = [_card(desk, card) for card in cards if card.answer is None]
    found += [_missing(desk, cards)] if _lacks(desk, cards) else []
    answered = [card for card in cards if card.answer]
    if answered:
        late = sum(card.was_late for card in answered)
        more = f", {late} of {len(answered)} late" if late else ""
        found.append(Mark("pass", f"{answered[0].month} was acknowledged{more}"))
    return marks.part("the monthly scorecard", found or [_missing(desk, cards)])


def _card(desk: Desk, card: scorecards.Card) -> Mark:
    if card.state(desk.at) == "due":
        return Mark("due", f"{card.month} waits for the owner until {desk.day(card.until)}")
    return Mark("expired", f"{card.month} was not acknowledged by {desk.day(card.until)}")


def _lacks(desk: Desk, cards: list[scorecards.Card]) -> bool:
    month = months.last_ended(desk.at, desk.zone)
    return desk.clinic.made_at < month.ends and month.name not in {card.month for card in cards}


def _missing(desk: Desk, cards: list[scorecards.Card]) -> Mark:
    """A month without a scorecard; while one may still be made, or none ever was, it is unknown."""
    month = months.last_ended(desk.at, desk.zone)
    if cards and not months.is_timely(month, desk.clinic.made_at, desk.at):
        return Mark("fail", f"no scorecard of {month.name} was made: the controller was away")
    return Mark("unknown", "none was made yet: the first comes at the end of the month")


SAID: dict[str, Reading] = {
    "GOV-04": _evaluated,
    "GOV-06": _role,
    "RSK-03": _scorecards,
}
