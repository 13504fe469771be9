"""Who signs in at the made-up MSP, and by which link?

Each link signs one person in once, without a password: only a home with the demo's mark makes and
honours such links.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from controller.cli.demo.msp.history import Place, Story

if TYPE_CHECKING:
    from controller.people.models import User

_LINK_LIFE = timedelta(hours=12)
_WARD = "Bright Smiles"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the story; `role` and `tasks` are words of controller.people.roles."""

    key: str
    name: str
    email: str
    role: str
    is_of_a_ward: bool = False
    tasks: tuple[str, ...] = ()


_OFFICIAL = ("security_official", "privacy_official")
PEOPLE = (
    Person("owner", "Dr. Lee", "dr_lee@bright-smiles.example", "clinic_owner", True, _OFFICIAL),
    Person("technician", "Sam Ortiz", "sam@north-quay-it.example", "msp_tech", tasks=("it_admin",)),
    Person("auditor", "J. Whitfield", "whitfield@auditors.example", "auditor", True),
    Person("administrator", "Alex Kim", "alex@north-quay-it.example", "msp_admin"),
    Person("office", "Rosa Diaz", "rosa@bright-smiles.example", "office_manager", True),
)
SHOWN = PEOPLE[:4]
"""Those whose links are printed."""


def ward(story: Story) -> Place:
    """The practice whose owner and auditor sign in."""
    return next(place for place in story.places if place.ward.name == _WARD)


def settle(story: Story, at: datetime) -> dict[str, "User"]:
    """Their accounts and roles, by their keys."""
    from controller.people.roles import Role

    home = ward(story).clinic
    return {
        one.key: story.opened.person(one, Role(one.role), home if one.is_of_a_ward else None, at)
        for one in PEOPLE
    }


def links(story: Story, users: dict[str, "User"], address: str) -> Iterator[tuple[Person, str]]:
    """A link for each of those who are shown."""
    from controller.people import actions, models

    for one in SHOWN:
        user, root = users[one.key], story.opened.home.root
        secret = actions.make_link(user, models.Purpose.SIGN_IN, root, _LINK_LIFE)
        yield one, f"{address}/link/{secret}"
