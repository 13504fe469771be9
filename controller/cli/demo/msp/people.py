"""Who signs in at the made-up MSP, and by which link?

Each link signs one person in once, without a password: only a home with the demo's mark makes and
honours such links. Every other practice has an owner and an office manager too, who sign papers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from controller.cli.demo.msp.cast import Ward
from controller.cli.demo.msp.history import Place, Story

if TYPE_CHECKING:
    from controller.people.models import User
    from controller.tenants.models import Clinic

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
_OF_THE_OTHERS = {
    "Harbor Dental": ("Dr. Okafor", "Lena Voss"),
    "Old Mill Dental": ("Dr. Brandt", "Pia Novak"),
    "Willow Creek Dental": ("Dr. Ferreira", "Joan Hale"),
    "Juniper Family Dentistry": ("Dr. Haddad", "Carl Moss"),
    "Cedar Park Orthodontics": ("Dr. Lindqvist", "Ana Ruiz"),
    "Lakeside Endodontics": ("Dr. Mehta", "Tom Bell"),
    "Red Rock Dental": ("Dr. Nakai", "Ines Kraus"),
    "Summit Oral Surgery": ("Dr. Petrov", "Gail Ford"),
    "Bayview Pediatric Dentistry": ("Dr. Quist", "Omar Aziz"),
    "Mission Street Dental": ("Dr. Salas", "Beth Lund"),
    "Alder Periodontics": ("Dr. Tanaka", "Nora Pike"),
}
"""Who owns each of the other practices, and who runs its office."""


def ward(story: Story) -> Place:
    """The practice whose owner and auditor sign in."""
    return next(place for place in story.places if place.ward.name == _WARD)


def settle(story: Story, at: datetime) -> dict[str, "User"]:
    """Their accounts and roles, by their keys."""
    from controller.people.roles import Role

    def account(one: Person, clinic: "Clinic | None") -> "User":
        return story.opened.person(one, Role(one.role), clinic, at)

    home = ward(story).clinic
    users = {one.key: account(one, home if one.is_of_a_ward else None) for one in PEOPLE}
    for place in story.places:
        for one in _staff(place):
            users[one.key] = account(one, place.clinic)
    return users


def of(users: dict[str, "User"], ward: Ward, who: str) -> "User":
    """The owner or office manager of that practice, or somebody who works for all of them."""
    return users.get(_key(ward, who), users[who])


def _staff(place: Place) -> Iterator[Person]:
    """Who signs at a practice that is not the one whose owner signs in."""
    ward, slug = place.ward, place.clinic.slug
    named = _OF_THE_OTHERS.get(ward.name.rstrip(" 0123456789"), ())
    for who, name in zip(("owner", "office"), named, strict=False):
        tasks = _OFFICIAL if who == "owner" else ()
        role = "clinic_owner" if who == "owner" else "office_manager"
        yield Person(_key(ward, who), name, f"{who}@{slug}.example", role, True, tasks)


def _key(ward: Ward, who: str) -> str:
    return f"{ward.name}/{who}"


def links(story: Story, users: dict[str, "User"], address: str) -> Iterator[tuple[Person, str]]:
    """A link for each of those who are shown."""
    from controller.people import actions, models

    for one in SHOWN:
        user, root = users[one.key], story.opened.home.root
        secret = actions.make_link(user, models.Purpose.SIGN_IN, root, _LINK_LIFE)
        yield one, f"{address}/link/{secret}"
