"""Under every order, and turned, each row stands on exactly one part of the list, in its place."""

import random
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.alerts import queries as alerts
from controller.alerts.models import Alert
from controller.findings import queries as findings
from controller.findings.models import Finding
from controller.fleet import queries as fleet
from controller.inventory.models import Listed
from controller.ledger import queries as ledger
from controller.pages import alerts as alerts_page
from controller.pages import audit, machines
from controller.pages import findings as findings_page
from controller.pages.listing import Query, part
from controller.pages.orders import Columns, Key, Order, Sorting, columns, ordered
from controller.people.roles import Role
from tests.controller import waived
from tests.controller.alerts import told
from tests.controller.bright_smiles import NOW, Practice, person
from tests.controller.pages.test_tenancy import ROUTES
from tests.controller.paperwork.papers import listed

AT_ONCE = 2
LISTS = (
    *("fleet", "rules", "rule", "machines", "clinic-machines", "open", "alerts", "clinic-alerts"),
    *("findings", "clinic-audit", "waivers", "clinic-waivers", "clinic-people", "inventory"),
    *("paperwork", "register", "controls"),
)
HEAD = re.compile(r'<th scope="col"[^>]*><a href="\?([^"]*)">')


def both(orders: dict[str, Order[Columns]]) -> list[Columns]:
    """The columns of every order, as it is seen first and turned."""
    return [columns(Sorting(name, turned, orders)) for name in orders for turned in (False, True)]


def walked(query: Query) -> list[object]:
    """Every row of a list, part after part."""
    found, question = [], ""
    for _ in range(100):
        rows, question = query.after(RequestFactory().get(f"/{question}"), AT_ONCE)
        found += [row.pk for row in rows]
        if not question:
            return found
    raise AssertionError("the list never ends")


@pytest.fixture
def something_everywhere(north_quay: Practice) -> None:
    """No list of the practice is empty."""
    told.alert(north_quay)
    waived.of(north_quay)
    listed(north_quay, "vendors", name="Bright Backups", service="backup")
    person(north_quay, Role.OFFICE_MANAGER, "front_desk@bright.example", north_quay.clinic)
    entry = Listed(org=north_quay.org, clinic=north_quay.clinic, host="op9", listed_at=NOW)
    entry.save(force_insert=True)


machine = st.tuples(
    st.integers(0, 2),
    st.integers(0, 1),
    st.sampled_from(["windows", "linux"]),
    st.sampled_from(["", "fresh", "stale"]),
    st.none() | st.integers(0, 2),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(machine, min_size=6, max_size=6))
def test_every_machine_stands_on_one_part(
    north_quay: Practice, rows: list[tuple[int, int, str, str, int | None]]
) -> None:
    for one, (worst, fails, system, policy, days) in zip(
        north_quay.machines.values(), rows, strict=False
    ):
        one.worst, one.n_fail, one.os_family, one.policy_state = worst, fails, system, policy
        one.seen_at = None if days is None else NOW - timedelta(days=days)
        one.save()
    every = machines.heard(fleet.machines(north_quay.place))

    for by in both(machines.ORDERS):
        listed = list(every.order_by(*by).values_list("pk", flat=True))
        assert walked(Query(every, by, every)) == listed


@pytest.mark.parametrize("state", alerts_page.STATES)
def test_every_alert_stands_on_one_part(north_quay: Practice, state: str) -> None:
    dice = random.Random(state)
    for number in range(9):
        at = NOW - timedelta(days=dice.randrange(3))
        Alert(
            org=north_quay.org,
            clinic=north_quay.clinic,
            kind="rule",
            name=f"rule-{number % 4}-{number if state != 'closed' else 0}",
            severity=dice.choice(alerts.WEIGHTS),
            opened_at=at,
            closed_at=at if state == "closed" else None,
            acknowledged_at=at if state == "acknowledged" else None,
        ).save()
    rows = alerts.alerts(north_quay.place, state)
    orders = alerts_page.CLOSED if state == "closed" else alerts_page.ORDERS

    for by in both(orders):
        listed = list(rows.order_by(*by).values_list("pk", flat=True))
        assert len(listed) == 9
        assert walked(Query(rows, by, rows)) == listed


def test_every_finding_stands_on_one_part(north_quay: Practice) -> None:
    dice = random.Random(4)
    for number, row in enumerate(Finding.objects.at(north_quay.place)):
        row.known_from = NOW - timedelta(days=dice.randrange(2))
        row.volume, row.reach = dice.choice("ab"), dice.choice("ab")
        row.save()
        assert number < 50
    rows = findings.open_findings(north_quay.place)

    for by in both(findings_page.ORDERS):
        listed = [row.pk for row in rows.order_by(*by)]
        assert len(listed) > AT_ONCE
        assert walked(Query(rows, by, rows, key="finding_id")) == listed


def test_every_act_stands_on_one_part(north_quay: Practice) -> None:
    rows = ledger.acts(north_quay.place)

    for by in both(audit.ORDERS):
        listed = list(rows.order_by(*by).values_list("pk", flat=True))
        assert len(listed) > AT_ONCE
        assert walked(Query(rows, by, rows, key="n")) == listed


@given(rows=st.lists(st.integers(0, 3), max_size=12), turned=st.booleans(), usual=st.booleans())
def test_every_row_at_hand_stands_on_one_part(rows: list[int], turned: bool, usual: bool) -> None:
    orders: dict[str, Order[Key[tuple[int, int]]]] = {
        "usual": Order(None),
        "size": Order(lambda row: row[1]),
    }
    by = Sorting("usual" if usual else "size", turned, orders)
    listed = ordered(list(enumerate(rows)), by)
    found, question = [], ""
    while True:
        request = RequestFactory().get(f"/{question}")
        shown = part(request, listed, lambda row: row[0], most=AT_ONCE)
        found += list(shown)
        question = shown.next
        if not question:
            break

    assert found == listed
    sizes = [row[1] for row in found]
    assert usual or sizes == sorted(sizes, reverse=turned)
    assert not usual or [row[0] for row in found] == sorted(range(len(rows)), reverse=turned)


@pytest.mark.parametrize("route", LISTS)
def test_each_head_leads_to_the_order_that_it_names_and_turns_it(
    route: str, dr_lee: Client, north_quay: Practice, something_everywhere: None
) -> None:
    where = reverse(route, kwargs=ROUTES[route](north_quay))
    heads = HEAD.findall(dr_lee.get(where).content.decode())

    for question in heads:
        word = parse_qs(unescape(question))["sort"][0]
        text = dr_lee.get(f"{where}?{unescape(question)}").content.decode()
        turned = word.removeprefix("-") if word.startswith("-") else f"-{word}"
        assert re.search(rf'aria-sort="(a|de)scending"><a href="\?sort={turned}">', text), question
    assert len(heads) > 1


def test_an_order_that_there_is_not_is_not_there(dr_lee: Client, north_quay: Practice) -> None:
    where = reverse("machines", kwargs={"org": north_quay.org.slug})

    assert dr_lee.get(where, {"sort": "colour"}).status_code == 404
    assert dr_lee.get(where, {"sort": "--host"}).status_code == 404


def test_a_head_keeps_the_filters_and_begins_the_list_anew(
    dr_lee: Client, north_quay: Practice
) -> None:
    where = reverse("machines", kwargs={"org": north_quay.org.slug})
    after = next(iter(north_quay.machines.values())).pk

    text = dr_lee.get(where, {"os": "linux", "q": "", "after": after}).content.decode()

    assert "?os=linux&amp;sort=host" in text
    assert "after" not in " ".join(HEAD.findall(text))
