"""Which lists can be asked the same again, and what has this reader kept for the one he sees?

A list joins by its line in LISTS and by the fragment `pages/parts/views.html` above its table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from controller.pages.listing import CURSORS, question
from controller.people import saved

if TYPE_CHECKING:
    from controller.people.models import SavedView, User
    from controller.tenants.models import Clinic
    from controller.tenants.scope import Place


_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """A list by the names of its addresses, of an org and of a clinic, empty where there is none.

    `of` is the further word of the address that says which of several it is.
    """

    title: str
    org: str
    clinic: str
    of: str = ""


LISTS = {
    "clinics": Listed("Clinics", "fleet", ""),
    "machines": Listed("Machines", "machines", "clinic-machines"),
    "rules": Listed("Rules", "rules", ""),
    "rule": Listed("Rule", "rule", "clinic-rule", of="rule"),
    "open": Listed("What is not proven", "", "open"),
    "findings": Listed("Imaging findings", "", "findings"),
    "alerts": Listed("Alerts", "alerts", "clinic-alerts"),
    "waivers": Listed("Waivers", "waivers", "clinic-waivers"),
    "controls": Listed("Controls", "", "controls"),
    "inventory": Listed("Inventory", "", "inventory"),
    "paperwork": Listed("Paperwork", "", "paperwork"),
    "register": Listed("List of the practice", "", "register", of="register"),
    "people": Listed("People", "people", "clinic-people"),
    "audit": Listed("Audit log", "audit", "clinic-audit"),
}
_BY_ROUTE = {route: name for name, one in LISTS.items() for route in (one.org, one.clinic) if route}


@dataclass(frozen=True, slots=True)
class Link:
    """A view as a link; `is_here`: the list stands as it says."""

    view: "SavedView"
    url: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Views:
    """What is kept for a list, and the question that it stands in now; empty as it comes."""

    list: str
    question: str
    links: Sequence[Link]
    is_kept: bool


def list_of(request: HttpRequest) -> str:
    """The list that an address shows, by its own name (`register/vendors`); empty for none."""
    match = request.resolver_match
    name = _BY_ROUTE.get((match.url_name if match else "") or "", "")
    if not match or not name:
        return ""
    of = LISTS[name].of
    return f"{name}/{match.kwargs[of]}" if of else name


def shown(request: HttpRequest, name: str, place: "Place", user: "User") -> Views:
    """What this reader has for a list: of the place, and what can be asked everywhere. A query."""
    asked, clinic = question(request), next(iter(place.clinics or ()), None)
    is_clinics = request.resolver_match is not None and "clinic" in request.resolver_match.kwargs
    rows = [
        row
        for row in saved.views(place, user).filter(listing=name)
        if row.clinic_id is None or (is_clinics and row.clinic_id == clinic)
    ]
    links = [Link(row, f"?{row.question}", row.question == asked) for row in rows]
    return Views(name, asked, links, any(one.is_here for one in links))


def title(name: str) -> str:
    """What a list is called: `Machines`, `List of the practice: vendors`."""
    kind, _, of = name.partition("/")
    return f"{LISTS[kind].title}: {of}" if of else LISTS[kind].title


def address(name: str, org: str, clinic: "Clinic | None") -> str:
    """Where a list stands; empty where it stands in clinics alone, and none is said."""
    kind, _, of = name.partition("/")
    one = LISTS[kind]
    words = {"org": org, **({one.of: of} if one.of else {})}
    if clinic is not None and one.clinic:
        return reverse(one.clinic, kwargs={**words, "clinic": clinic.slug})
    return reverse(one.org, kwargs=words) if one.org else ""


def is_list(name: str) -> bool:
    """Is there a list of that name?"""
    kind, _, of = name.partition("/")
    one = LISTS.get(kind)
    is_word = of.replace("-", "").replace("_", "").isalnum() and of.isascii()
    return one is not None and (is_word if one.of else not of) and len(name) <= _LONGEST


def cleaned(asked: str) -> str:
    """A question as `listing.question` writes it: no word twice, none empty, no place in a list."""
    said = QueryDict(asked[:2000]).dict()
    return urlencode({name: text for name, text in said.items() if text and name not in CURSORS})
