"""Who was trained in what, and whose training runs out? 45 CFR 164.308(a)(5), 164.530(b)."""

from datetime import date

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Register, Values, by, day_of


def _marks(values: Values, today: date) -> tuple[Mark, ...]:
    again = day_of(values, "again")
    due = by(again, today, "training") if again else None
    return (due,) if due else ()


REGISTER = Register(
    id="training",
    title="Training",
    about="One line a person and course.",
    owner="office_manager",
    fields=(
        Field("person", "Person", required=True, about="As on the staff list"),
        Field("course", "Course", required=True),
        Field("done", "Done on", "day", required=True),
        Field("score", "Score", "count"),
        Field("again", "Again by", "day"),
    ),
    name_field="person",
    marks=_marks,
)
