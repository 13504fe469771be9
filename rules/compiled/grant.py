"""Who allowed an exception, why, and how long does it hold?

Nothing is looser for ever: what loosens ends, at most 366 days after it begins. Where no beginning
was written down the end may lie no further ahead than that of the clock that asks, with two days
for time zones and the rest of the last day.
"""

from dataclasses import dataclass

from rules.compiled import instants

DAY = 86_400 * instants.SECOND
LONGEST = 366 * DAY
_SLACK = 2 * DAY


@dataclass(frozen=True, slots=True)
class Grant:
    """The words of an approval, and the instants from which and up to which it holds."""

    reason: str | None = None
    approved_by: str | None = None
    since: int | None = None
    until: int | None = None

    @property
    def is_signed(self) -> bool:
        """Does it say why, and who approved it, in words that can be seen?"""
        return is_said(self.reason) and is_said(self.approved_by)

    @property
    def is_too_long(self) -> bool:
        """Does it hold longer than 366 days by its own words, or end before it begins?"""
        if self.since is None or self.until is None:
            return False
        return not 0 <= self.until - self.since <= LONGEST + _SLACK

    def state(self, at: int) -> str:
        """`ahead`, `holds` or `ended` at an instant."""
        if self.since is not None and at < self.since:
            return "ahead"
        return "holds" if self.until is None or at <= self.until else "ended"

    def ends_too_late(self, at: int) -> bool:
        """Is the end further ahead of this instant than an end may be?"""
        return self.until is None or self.until - at > LONGEST + _SLACK

    def overlaps(self, other: "Grant") -> bool:
        """Is there an instant at which both hold?"""
        return not (_is_before(self, other) or _is_before(other, self))


NO_GRANT = Grant()


def is_said(text: str | None) -> bool:
    """Is there a letter or digit in it? Blanks, signs and what nobody sees say nothing."""
    return any(map(str.isalnum, text or ""))


def _is_before(one: Grant, other: Grant) -> bool:
    return one.until is not None and other.since is not None and one.until < other.since
