"""When is everybody's access to be looked at anew, and was it? 45 CFR 164.308(a)(4)(ii)(C)."""

from datetime import timedelta

from controller.paperwork.fields import Field
from controller.paperwork.registers.base import Register, newest_within

REGISTER = Register(
    id="access-reviews",
    title="Access reviews",
    about="Each time that every account was confirmed or taken away.",
    owner="security_official",
    fields=(
        Field("systems", "Which systems", "list", required=True),
        Field("due", "To be done by", "day"),
        Field("lines", "Accounts to look at", "count"),
        Field("done", "Done on", "day", about="Left empty while it goes on"),
        Field("reviewed", "Accounts looked at", "count"),
        Field("revoked", "Of them taken away", "count"),
        Field("who", "Who did it", required=True),
    ),
    name_field="who",
    sums=newest_within("done", timedelta(days=180)),
)
