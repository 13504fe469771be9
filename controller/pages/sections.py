"""Which pages of a place are one step away, and which of them is shown?

What people read stands in a row below the bar, what few people change in the menu of the person.
To add a page, add its line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.pages.frame import Where


@dataclass(frozen=True, slots=True)
class Section:
    """A page by the names of its addresses: of an org, of a clinic; empty where there is none.

    `holds` are the addresses of pages that one comes to by it.
    """

    label: str
    org: str
    clinic: str
    needs: Permission = Permission.VERDICTS_READ
    key: str = ""
    holds: tuple[str, ...] = ()


_OF_A_MACHINE = (
    "machine",
    "machine-rule",
    "machine-act",
    "machines-act",
    "join",
    "lost",
    "lost-which",
)

READ = (
    Section("Summary", "fleet", "clinic"),
    Section("Machines", "machines", "clinic-machines", key="m", holds=_OF_A_MACHINE),
    Section("Rules", "rules", "", holds=("rule",)),
    Section("Findings", "", "findings"),
    Section("Waivers", "waivers", "clinic-waivers", holds=("waiver", "waiver-ask")),
    Section("Controls", "", "controls", key="r"),
    Section("Figures", "", "figures"),
    Section(
        "Paperwork",
        "",
        "paperwork",
        Permission.REGISTERS_READ,
        holds=(
            *("calendar", "register", "register-entry", "statement", "person-accounts"),
            "dataflow",
        ),
    ),
    Section(
        "Oversight",
        "",
        "oversight",
        Permission.REGISTERS_READ,
        holds=("scorecard", "evidence-review"),
    ),
    Section("Evidence", "", "evidence", Permission.EVIDENCE_EXPORT),
    Section("On paper", "", "paper", Permission.TABLES_EXPORT),
    Section("Tables", "tables", "clinic-tables", Permission.TABLES_EXPORT),
)

CHANGED = (
    Section("First steps", "start", "start", Permission.SETTINGS_MANAGE),
    Section("New clinic", "clinic-new", "", Permission.SETTINGS_MANAGE),
    Section("Inventory", "", "inventory"),
    Section("Sites and groups", "", "places"),
    Section("People", "people", "clinic-people", Permission.USERS_MANAGE),
    Section(
        "Channels and routes",
        "channels",
        "clinic-channels",
        Permission.CHANNELS_MANAGE,
        holds=("channel",),
    ),
    Section("Opening hours", "", "clinic-hours", Permission.SETTINGS_MANAGE),
    Section("Clinic settings", "", "clinic-settings", Permission.AUDIT_READ),
    Section("Settings", "settings", "", Permission.SETTINGS_MANAGE, holds=("issuers",)),
    Section("Audit log", "audit", "clinic-audit", Permission.AUDIT_READ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a page."""

    label: str
    url: str
    key: str
    is_here: bool


def links(
    sections: tuple[Section, ...], where: "Where", route: str, may: Callable[[Permission], bool]
) -> Iterator[Link]:
    """Those that this place has and this person may open, in order."""
    for one in sections:
        name = one.clinic if where.clinic else one.org
        if name and may(one.needs):
            stands = bool(route) and route in (one.org, one.clinic, *one.holds)
            yield Link(one.label, _url(name, where), one.key, stands)


def _url(name: str, where: "Where") -> str:
    if where.clinic is None or name == "start":
        return reverse(name, args=[where.org.slug])
    return reverse(name, args=[where.org.slug, where.clinic.slug])
