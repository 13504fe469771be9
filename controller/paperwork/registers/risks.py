"""Which risks are known, and what is done about each? 45 CFR 164.308(a)(1)(ii)(A), (B)."""

from datetime import date

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Register, Values, by, day_of

LEVELS = (("low", "Low"), ("moderate", "Moderate"), ("high", "High"))


def _marks(values: Values, today: date) -> tuple[Mark, ...]:
    if day_of(values, "done") is not None:
        return (Mark("pass", "done"),)
    until = day_of(values, "until")
    late = by(until, today, "to be done") if until else None
    return (late or Mark("unknown", "open"),)


REGISTER = Register(
    id="risks",
    title="Risk analysis",
    about="One line a risk, with what is done about it. That the analysis as a whole is current is "
    "a statement, signed under Paperwork.",
    owner="security_official",
    fields=(
        Field("risk", "Risk", required=True),
        Field("likelihood", "How likely", "choice", required=True, choices=LEVELS),
        Field("impact", "How bad", "choice", required=True, choices=LEVELS),
        Field("found", "Found on", "day", required=True),
        Field("measure", "What is done about it", required=True),
        Field("until", "Until", "day"),
        Field("done", "Done on", "day"),
    ),
    name_field="risk",
    marks=_marks,
)
