"""Who works here, since when, and has everybody's access ended who left?

Ending access is asked by 45 CFR 164.308(a)(3)(ii)(C); the 24 hours are the practice's own policy.
"""

from datetime import date, timedelta

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Mark, Register, Values, by, day_of


def _marks(values: Values, today: date) -> tuple[Mark, ...]:
    left, ended = day_of(values, "left"), day_of(values, "access_ended")
    if left is None or left > today:
        return ()
    if ended is None:
        late = by(left + timedelta(days=1), today, "access to be ended")
        return (late,) if late else ()
    return (Mark("pass", f"access ended {ended}"),)


def _is_gone(values: Values, today: date) -> bool:
    left = day_of(values, "left")
    return left is not None and left <= today


REGISTER = Register(
    id="people",
    title="Staff",
    about="Everybody who works here: initials or a staff number are enough.",
    owner="office_manager",
    fields=(
        Field("reference", "Person", required=True, about="Initials or a staff number"),
        Field("role", "Role", required=True),
        Field("started", "Started", "day", required=True),
        Field("left", "Last day", "day"),
        Field("access_ended", "All access ended on", "day"),
        Field("accounts", "Accounts", "list", about="Which systems the person can sign in to"),
        Field(
            "account_ids",
            "Accounts as machines report them",
            "list",
            about="Chosen on the person's page; the time to revoke is measured by them",
        ),
    ),
    name_field="reference",
    marks=_marks,
    scope="person",
    is_gone=_is_gone,
)
