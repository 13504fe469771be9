"""When were the logs looked at, and what was odd? 45 CFR 164.308(a)(1)(ii)(D)."""

from datetime import timedelta

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register, newest_within

REGISTER = Register(
    id="log-reviews",
    title="Log reviews",
    about="Each time that somebody read the logs of imaging, records and access.",
    owner="it_admin",
    fields=(
        Field("systems", "Which logs", "list", required=True),
        Field("done", "Done on", "day", required=True),
        Field("who", "Who read them", required=True),
        Field("odd", "What was odd", about="No name of a patient"),
        Field("followed_up", "Followed up on", "day"),
    ),
    name_field="who",
    may_hold_phi=True,
    sums=newest_within("done", timedelta(days=30)),
)
