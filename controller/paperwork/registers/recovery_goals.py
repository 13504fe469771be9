"""Which systems must come back first, how soon, and how much may be lost?

45 CFR 164.308(a)(7)(ii)(E). The goals are the practice's own; each restore test is held against
them.
"""

from controller.paperwork.fields import Field
from controller.paperwork.registers import goals
from controller.paperwork.registers.base import Register

_WEIGHTS = (
    ("first", "First: no patient can be seen without it"),
    ("soon", "Soon: work goes on for a day without it"),
    ("later", "Later: it can wait"),
)

REGISTER = Register(
    id="recovery-goals",
    title="Recovery goals",
    about="One line a system: how soon it must be back, and how old the newest image that comes "
    "back may be. Each restore test is compared with them.",
    owner="practice_owner",
    fields=(
        Field("system", "System", required=True, about="Image store, database, chart system"),
        Field("weight", "How much depends on it", "choice", required=True, choices=_WEIGHTS),
        Field(
            "recovery_time",
            "Back within",
            "span",
            required=True,
            about="Recovery time goal: from the loss until people work with it again",
        ),
        Field(
            "recovery_point",
            "At most so much lost",
            "span",
            required=True,
            about="Recovery point goal: how old the newest copy may be",
        ),
        Field("agreed", "Agreed on", "day", required=True),
        Field("who", "Agreed by"),
    ),
    name_field="system",
    against=goals.tested,
)
