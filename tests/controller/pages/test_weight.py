"""What does each page ask of the database, and does that grow with the practice?

The pages are those of the router (the table of test_tenancy, which fails for a route that it does
not know), so none escapes. What is downloaded is no page.
"""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.controller.bright_smiles import NOW, Practice, Story, add_clinic, settle
from tests.controller.pages.test_tenancy import OF_A_PLACE, ROUTES

MOST_QUERIES, MOST_BYTES = 12, 60_000


def asked(client: Client, where: str) -> tuple[int, str]:
    """How many queries an answer takes, sessions and people included; and what kind it is."""
    client.get(where).close()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(where)
    answer.close()
    assert answer.status_code == 200, where
    is_page = answer["Content-Type"].startswith("text/html")
    assert not is_page or len(answer.content) <= MOST_BYTES, where
    return len(queries), answer["Content-Type"]


def address(route: str, there: Practice) -> str:
    return reverse(route, kwargs=ROUTES[route](there))


def on_a_day(there: Practice) -> dict[str, str]:
    """The pages that a day in the address makes of others."""
    day = f"?at={NOW.date().isoformat()}"
    return {f"{route} on a day": address(route, there) + day for route in ("clinic", "machine")}


def grow(there: Practice) -> None:
    """A second clinic, and twenty machines more."""
    harbor = add_clinic(there.home, there.org, "Harbor Dental")
    for number in range(20):
        settle(there.clinic if number % 2 else harbor, Story(f"X{number:02}", usb="open"))


def test_no_page_asks_more_for_more_machines(attentive: Client, north_quay: Practice) -> None:
    places = {route: address(route, north_quay) for route in OF_A_PLACE} | on_a_day(north_quay)
    few = {route: asked(attentive, where) for route, where in places.items()}
    pages = {route for route, (_, kind) in few.items() if kind.startswith("text/html")}
    grow(north_quay)

    many = {route: asked(attentive, places[route])[0] for route in pages}

    assert {route: few[route][0] for route in pages} == many
    assert {route: n for route, n in many.items() if n > MOST_QUERIES} == {}
