"""When was everybody's access looked at anew? 45 CFR 164.308(a)(4)(ii)(C)."""

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
        Field("done", "Done on", "day", required=True),
        Field("reviewed", "Accounts looked at", "count", required=True),
        Field("revoked", "Of them taken away", "count", required=True),
        Field("who", "Who did it", required=True),
    ),
    name_field="who",
    sums=newest_within("done", timedelta(days=180)),
)
