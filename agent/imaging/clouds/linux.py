"""Whose clients may carry folders away on a Linux, and what does that for OneDrive leave?

Everybody who has a home here, services too; a directory may know homes in other places.
"""

from collections.abc import Iterator

from agent.host.base import HostError, list_if_there, read_if_there
from agent.host.directory import directories
from agent.imaging.clouds.base import Person, Search, System
from agent.imaging.clouds.people import living
from agent.readers import accounts, onedriveconf
from rules.facts.base import Why

_HOMED = "/var/lib/systemd/home"
_ONEDRIVE = ".config/onedrive"


def people(search: Search) -> Iterator[Person]:
    """Everybody with a home that can be looked into; doubts are noted."""
    return living(search, _homes(search))


def _homes(search: Search) -> dict[str, bool]:
    """Homes by path, and whether each must be there: somebody can sign in to it."""
    homes: dict[str, bool] = {}
    host = search.host
    with search.asking():
        numbers = accounts.people(read_if_there(host, "/etc/login.defs") or b"")
        said = read_if_there(host, "/etc/passwd", 4 << 20)
        if said is None:
            raise HostError(Why.UNRECOGNISED, "a system that keeps its people elsewhere")
        for one in accounts.passwd(said):
            is_person = one.usable_shell and one.uid in numbers
            homes[one.home] = homes.get(one.home, False) or is_person
    with search.asking():
        for entry in list_if_there(host, "/home"):
            if entry.kind == "folder":
                homes.setdefault(f"/home/{entry.name}", False)
    with search.asking():
        for entry in list_if_there(host, _HOMED):
            if entry.name.endswith(".identity"):
                homes[f"/home/{entry.name.removesuffix('.identity')}"] = True
        if directories(host):
            search.doubt(Why.NOT_LOCAL)
    return homes


def of_a_person(search: Search, person: Person) -> None:
    """The client for Linux has its usual folder without any settings, too."""
    place = search.inside(person, _ONEDRIVE)
    if place is None or search.kind(place) != "folder":
        return
    with search.asking():
        own = read_if_there(search.host, f"{place}/config")
        said = own if own is not None else read_if_there(search.host, "/etc/onedrive/config")
        folder = onedriveconf.folder(said) if said is not None else None
        search.add("onedrive", folder or onedriveconf.USUAL, person)


SYSTEM = System(people, of_a_person)
