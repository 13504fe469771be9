"""What is shared with other machines, and to whom?

`everyone` is the most that somebody without an account of his own may do: the lesser of what the
share and the folder allow. Administrative shares of Windows are left out.
"""

from datetime import timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import LOCAL, NUMBERED


@record
class Share:
    """One folder that others may reach."""

    name: Maybe[Annotated[str, NUMBERED]]
    path: Maybe[Annotated[str, LOCAL]]
    kind: Maybe[Literal["smb", "nfs", "afp"]]
    everyone: Maybe[Literal["none", "read", "change", "full"]]
    guest: Maybe[bool]
    encrypted: Maybe[bool | None]
    holds_imaging: Maybe[bool]
    hidden: Maybe[bool]


SHARES = Fact(
    "shares",
    Items[Share],
    asks="What is shared with other machines, and to whom?",
    ttl=timedelta(hours=1),
    cost="medium",
    since="1.1",
)
