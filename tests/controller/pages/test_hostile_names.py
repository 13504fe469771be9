"""Whatever a practice, a person, a machine or a service is called, a page shows it as text.

Every address of the router is looked at, so that a new page is held to it too.
"""

from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from controller.fleet import premises
from controller.ledger import keeping
from controller.legible import is_legible
from controller.pages.places import Asked
from controller.people import emergency
from controller.people.oidc import issuers
from controller.people.oidc.issuers import Wanted
from controller.people.roles import Role
from tests.controller import bright_smiles
from tests.controller.bright_smiles import Practice, person
from tests.controller.pages.test_tenancy import OF_A_PLACE, ROUTES

# Markup, then what turns a line around, moves a terminal's cursor, and cannot be seen.
EVIL = "'\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 }}\\\u202e\x1b[2J\u200b;=1+1"
NAMED = {
    "org": ("name",),
    "clinic": ("name",),
    "machine": ("host", "os_version", "agent_version"),
    "account": ("name",),
    "site": ("name", "record"),
    "machine_group": ("name", "record"),
    "issuer": ("name", "url", "client_id"),
    "channel": ("name",),
    "waiver": ("reason", "approver"),
    "alert_machine": ("label",),
    "keeping": ("held_for", "held_by"),
    "audit": ("object", "actor", "address"),
    "export": ("asked_by", "why"),
    "usersessions_usersession": ("user_agent",),
}
OWN = ("/sign-in?org=north-quay-it", "/me/sign-in-by", "/me/sessions", "/me/second-factor")


class Read(HTMLParser):
    """The scripts without a source, and the handlers, that a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "script" and "src" not in names and names.get("type") != "application/json":
            self.found.append(tag)
        self.found += [name for name in names if name.startswith("on")]
        self.found += [tag for name in names.values() if name and name.startswith("javascript:")]


@pytest.fixture
def evil(north_quay: Practice) -> dict[str, str]:
    """Everything that has a name has an evil one; an address for each route."""
    by = bright_smiles.by()
    asked = Asked(north_quay.home, north_quay.clinic, by)
    for kind in premises.KINDS:
        premises.add(asked, kind, f"Annex {kind}")
    wanted = Wanted("Staff login", "https://login.example", "dentinel", "a secret")
    issuers.add(north_quay.home, north_quay.org, wanted, by)
    keeping.hold(north_quay.home, north_quay.clinic, "a letter of counsel", by)
    sam = person(north_quay, Role.MSP_TECH, "sam@north-quay.example")
    emergency.break_glass(north_quay.home, north_quay.org, sam, EVIL, by)
    there = {route: reverse(route, kwargs=ROUTES[route](north_quay)) for route in OF_A_PLACE}
    with connection.cursor() as cursor:
        for table, columns in NAMED.items():
            cursor.execute(f"SELECT name FROM pragma_table_info('{table}')")
            known = {name for (name,) in cursor.fetchall()}
            for column in set(columns) & known:
                cursor.execute(f"UPDATE {table} SET {column} = %s", (EVIL,))
    return there


def test_no_name_becomes_markup_on_any_page(dr_lee: Client, evil: dict[str, str]) -> None:
    shown = 0
    for address in (*evil.values(), *OWN):
        answer = dr_lee.get(address)
        text = answer.getvalue().decode(errors="replace")
        if answer["Content-Type"].startswith("text/css"):
            assert '"' not in text.split('content: "')[1].split('"; font')[0]
        elif answer["Content-Type"].startswith("text/html"):
            page = Read()
            page.feed(text)
            assert (address, page.found) == (address, [])
            assert (address, "{{ 7 }}" in text or EVIL[:5] not in text) == (address, True)
            assert (address, "<script>alert" in text, "<img src=x" in text) == (
                *(address, False, False),
            )
            shown += "&lt;script&gt;alert(1)" in text
    assert shown > 40


@pytest.mark.threat("unseen")
def test_no_name_turns_a_line_around_or_hides_in_it(dr_lee: Client, evil: dict[str, str]) -> None:
    """Pages, tables, calendars, style sheets: whatever a browser or a program is to show."""
    unseen, found = [], 0
    for address in (*evil.values(), *OWN):
        answer = dr_lee.get(address)
        text = answer.getvalue().decode(errors="replace")
        if answer["Content-Type"].startswith("text/"):
            unseen += [] if is_legible(text) else [address]
            found += "\ufffd[2J\ufffd" in text
    assert unseen == []
    assert found > 40, "the names stand there, and what nobody sees of them is marked"


def test_no_name_ends_a_header_or_a_file_name(dr_lee: Client, evil: dict[str, str]) -> None:
    for address in evil.values():
        if address.endswith((".csv", ".txt", ".ics")) or "/evidence/" in address:
            answer = dr_lee.get(address)
            assert answer.getvalue()
            head = "".join(f"{name}: {value}" for name, value in answer.items())
            assert not set("<>\r\n") & set(head)
            assert "alert(1)" not in head
