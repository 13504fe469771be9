"""What happened, since when is it known, and whom must the practice tell by when?

The clock runs from discovery: the first day on which anybody of the workforce or an agent knew, or
would have known by reasonable diligence (45 CFR 164.404(a)(2)), and not from the day of entry. An
unknown number of people is taken for 500 or more: the earlier day stands. Whether something is a
breach is decided by the practice and its counsel, with the four factors of 164.402(2).
"""

from datetime import date, timedelta

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Register, Values, by, day_of

SIXTY = timedelta(days=60)
_MANY = 500
# Each deadline stands on the page from the first day on.
_AT_ONCE = timedelta(days=500)
_KINDS = (
    ("lost", "A computer or medium is lost"),
    ("stolen", "A computer or medium was stolen"),
    ("malware", "Malware or ransomware"),
    ("misdirected", "Images went to the wrong place"),
    ("access", "Somebody saw what was not theirs"),
    ("other", "Something else"),
)
_ASSESSED = (
    ("open", "Not assessed yet"),
    ("notify", "Notice is to be given"),
    ("low_probability", "Low probability of compromise, documented"),
)


def clock(values: Values) -> tuple[tuple[str, str, date], ...]:
    """Whom to tell: the field of the notice, in words with its paragraph, and the last day."""
    found = day_of(values, "discovered_on")
    if found is None or values.get("assessment") == "low_probability":
        return ()
    held, count = day_of(values, "held_until"), values.get("affected")
    soon = _held(found + SIXTY, held)
    is_many = count is None or count >= _MANY
    year_end = date(found.year, 12, 31) + SIXTY
    told = [
        ("told_individuals", "tell those affected (164.404)", soon),
        ("told_hhs", "tell HHS (164.408)", soon if is_many else _held(year_end, held)),
    ]
    if count is None or count > _MANY:
        told.append(("told_media", "tell the media, over 500 of a state (164.406)", soon))
    state = day_of(values, "state_deadline")
    if state is not None:
        told.append(("told_state", "tell as state law asks", state))
    return tuple(told)


def _held(day: date, until: date | None) -> date:
    """A notice that law enforcement asked to hold back waits that long (164.412)."""
    return day if until is None else max(day, until)


def _marks(values: Values, today: date) -> tuple[Mark, ...]:
    closed = day_of(values, "closed_on")
    marks = [
        late
        for field, word, day in clock(values)
        if day_of(values, field) is None
        and (late := by(day, today, word, ahead=_AT_ONCE)) is not None
    ]
    if closed is not None:
        marks.append(Mark("pass", f"closed {closed}"))
    elif values.get("assessment") in (None, "open"):
        marks.append(Mark("unknown", "not assessed yet"))
    return tuple(marks)


REGISTER = Register(
    id="incidents",
    title="Incidents",
    about="What happened to computers, media and images. No patient's name: those affected are a "
    "number here.",
    owner="security_official",
    fields=(
        Field("what", "What happened", required=True, about="In a sentence; no patient's name"),
        Field("kind", "Kind", "choice", required=True, choices=_KINDS),
        Field("computer", "Computer or medium"),
        Field("happened_on", "Happened on", "day"),
        Field(
            "discovered_on",
            "Discovered on",
            "day",
            required=True,
            about="The first day on which anybody here knew it, or would have with care. The "
            "deadlines run from it.",
        ),
        Field("affected", "People affected", "count", about="Left empty: not known yet"),
        Field("assessment", "Risk assessment", "choice", choices=_ASSESSED),
        Field("assessment_where", "Where the assessment lies"),
        Field("held_until", "Held back by law enforcement until", "day"),
        Field("state_deadline", "Deadline by state law", "day", about="Ask counsel"),
        Field("told_individuals", "Those affected told on", "day"),
        Field("told_hhs", "HHS told on", "day"),
        Field("told_media", "Media told on", "day"),
        Field("told_state", "State told on", "day"),
        Field("learned", "What was learned"),
        Field("closed_on", "Closed on", "day"),
    ),
    name_field="what",
    may_hold_phi=True,
    marks=_marks,
    trigger="incident",
    fires=lambda before, after: (
        bool(after.get("closed_on")) and not (before or {}).get("closed_on")
    ),
)
