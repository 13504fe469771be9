"""Another practice's pages do not exist: 404, and no byte of its names.

Every route of `controller.urls` has a line here; a new route without one fails.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from controller.alerts.models import Alert, Channel, Mute, Route
from controller.exports import bundles
from controller.exports.bundles import Wanted
from controller.fleet.models import Machine
from controller.ledger.actions import By
from controller.oversight.models import Record
from controller.paperwork.models import Attestation, Entry
from controller.people.models import Membership
from controller.people.roles import Role
from controller.policy.models import Waiver
from controller.urls import urlpatterns
from tests.controller import overseen, waived
from tests.controller.alerts import told
from tests.controller.bright_smiles import (
    DAY,
    NOW,
    Practice,
    Story,
    add_clinic,
    person,
    practice,
    settle,
)
from tests.controller.paperwork.papers import listed, signed

Args = Callable[[Practice], dict[str, object]]


def _org(there: Practice) -> dict[str, object]:
    return {"org": there.org.slug}


def _clinic(there: Practice) -> dict[str, object]:
    return {"org": there.org.slug, "clinic": there.clinic.slug}


def _machine(there: Practice) -> dict[str, object]:
    return {**_clinic(there), "machine": next(iter(there.machines.values())).id}


def _retire(there: Practice) -> dict[str, object]:
    return {**_machine(there), "deed": "retire"}


def _membership(there: Practice) -> dict[str, object]:
    return {**_org(there), "held": Membership.objects.at(there.place)[0].pk}


def _statement(there: Practice) -> dict[str, object]:
    return {**_clinic(there), "statement": signed(there).id}


def _alert(there: Practice) -> dict[str, object]:
    return {**_org(there), "alert": told.alert(there).id}


def _mute(there: Practice) -> dict[str, object]:
    return {**_org(there), "mute": told.mute(there).id}


def _channel(there: Practice) -> dict[str, object]:
    return {**_org(there), "channel": told.channel(there).id}


def _route(there: Practice) -> dict[str, object]:
    return {**_org(there), "route": told.route(there).id}


def _waiver(there: Practice) -> dict[str, object]:
    return {**_clinic(there), "waiver": waived.of(there, until_at=timezone.now()).id}


def _template(there: Practice) -> dict[str, object]:
    row = waived.template(there)
    waived.of(there, until_at=timezone.now(), template=row)
    return {**_org(there), "template": row.id}


def _waiver_ask(there: Practice) -> dict[str, object]:
    return {**_machine(there), "rule": "usb-storage-blocked"}


def _evidence(there: Practice) -> dict[str, object]:
    row = bundles.ask(
        there.home,
        Wanted(there.clinic, "owner", NOW - DAY, NOW),
        By(there.dr_lee.email, "", NOW, there.dr_lee.pk),
    )
    bundles.work(there.home, NOW)
    return {**_clinic(there), "export": row.id}


def _scorecard(there: Practice) -> dict[str, object]:
    return {**_clinic(there), "record": overseen.scorecard(there).id}


def _person(there: Practice) -> dict[str, object]:
    row = listed(there, "people", reference="RK", role="assistant", started="2024-01-02")
    return {**_clinic(there), "entry": row.entry}


def _entry(there: Practice) -> dict[str, object]:
    row = listed(there, "policies", title="Passwords", effective="2026-01-01", where="binder")
    return {**_clinic(there), "register": "policies", "entry": row.entry}


def named(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each route with the words of its address, and of which kind each is."""
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from named(one.url_patterns)
        else:
            kinds = one.pattern.converters.items()
            yield str(one.name), {word: type(kind).__name__[:4].lower() for word, kind in kinds}


# What a route is called with to ask for a place; None for a route that has none.
ROUTES: dict[str, Args | None] = {
    "home": None,
    "sign-in": None,
    "sign-out": None,
    "link": None,
    "account_login": None,
    "account_logout": None,
    "account_reauthenticate": None,
    "mfa_activate_totp": None,
    "mfa_add_webauthn": None,
    "mfa_authenticate": None,
    "mfa_deactivate_totp": None,
    "mfa_edit_webauthn": None,
    "mfa_generate_recovery_codes": None,
    "mfa_index": None,
    "mfa_list_webauthn": None,
    "mfa_login_webauthn": None,
    "mfa_reauthenticate": None,
    "mfa_reauthenticate_webauthn": None,
    "mfa_remove_webauthn": None,
    "mfa_view_recovery_codes": None,
    "usersessions_list": None,
    "oidc-sign-in": None,
    "oidc-connect": None,
    "oidc-back": None,
    "sign-in-by": None,
    "sign-in-by-one": None,
    "appearance": None,
    "live": None,
    "still-here": None,
    "healthz": None,
    "readyz": None,
    "metrics": None,
    "fleet": _org,
    "clinic": _clinic,
    "people": _org,
    "settings": _org,
    "clinic-settings": _clinic,
    "issuers": _org,
    "clinic-people": _clinic,
    "findings": _clinic,
    "alerts": _org,
    "clinic-alerts": _clinic,
    "alert-count": _org,
    "search": _org,
    "views": _org,
    "start": _org,
    "clinic-new": _org,
    "clinic-hours": _clinic,
    "clinic-alert-count": _clinic,
    "alert": _alert,
    "mute": _mute,
    "channels": _org,
    "clinic-channels": _clinic,
    "channel": _channel,
    "person-accounts": _person,
    "tables": _org,
    "clinic-tables": _clinic,
    "table": lambda there: {**_org(there), "table": "machines"},
    "clinic-table": lambda there: {**_clinic(there), "table": "audit"},
    "paper": _clinic,
    "paper-running": _clinic,
    "evidence": _clinic,
    "evidence-policy": _clinic,
    "evidence-file": _evidence,
    "evidence-review": _evidence,
    "oversight": _clinic,
    "scorecard": _scorecard,
    "inventory": _clinic,
    "controls": _clinic,
    "controls-csv": _clinic,
    "audit": _org,
    "clinic-audit": _clinic,
    "join": _clinic,
    "paperwork": _clinic,
    "calendar": _clinic,
    "dataflow": _clinic,
    "register": lambda there: {**_clinic(there), "register": "vendors"},
    "register-csv": lambda there: {**_clinic(there), "register": "vendors"},
    "register-entry": _entry,
    "calendar-ics": _clinic,
    "paperwork-csv": _clinic,
    "statement": lambda there: {**_clinic(there), "kind": "risk-analysis"},
    "rules": _org,
    "rule": lambda there: {**_org(there), "rule": "volumes-encrypted"},
    "clinic-rule": lambda there: {**_clinic(there), "rule": "volumes-encrypted"},
    "machines": _org,
    "clinic-machines": _clinic,
    "places": _clinic,
    "open": _clinic,
    "figures": _clinic,
    "machine": _machine,
    "machine-rule": lambda there: {**_machine(there), "rule": "volumes-encrypted"},
    "lost": _machine,
    "lost-which": _clinic,
    "machine-act": _retire,
    "reports": _machine,
    "waivers": _org,
    "clinic-waivers": _clinic,
    "waive-many": lambda there: {**_org(there), "rule": "usb-storage-blocked"},
    "waiver-template": _template,
    "waiver": _waiver,
    "waiver-ask": _waiver_ask,
}
# What is only ever posted to.
ACTS: dict[str, Args] = {
    "inventory-item": lambda there: {**_clinic(there), "listed": there.clinic.id},
    "waivers-delegate": _clinic,
    "views-everybody": _org,
    "people-end": _membership,
    "people-designate": _membership,
    "machines-act": lambda there: {**_clinic(there)},
    "people-unlock": _membership,
    "clinic-people-unlock": lambda there: {**_clinic(there), "held": _membership(there)["held"]},
    "statement-reject": _statement,
    "route-end": _route,
    "clinic-people-designate": lambda there: {
        **_clinic(there),
        "held": _membership(there)["held"],
    },
    "clinic-people-end": lambda there: {**_clinic(there), "held": _membership(there)["held"]},
}
OF_A_PLACE = [name for name, args in ROUTES.items() if args]
PLACES: dict[str, Args] = {name: args for name, args in (*ROUTES.items(), *ACTS.items()) if args}
# What names a thing inside of a place, by its id.
OF_A_THING = [name for name, ids in named(urlpatterns) if "org" in ids and "uuid" in ids.values()]
# What a person is told of what is not his: it is not there, or the form that he sent is none.
REFUSED = (400, 403, 404, 405)
# What an act of any page may want to hear.
WORDS = {
    **dict.fromkeys(("do", "act", "deed", "state", "reason", "disposal", "record"), "end"),
    "confirmed": "1",
}
# By which words pages are asked for what to show.
ASKED = (
    *("after", "machine", "site", "group", "rule", "root", "host", "person"),
    *("before", "acts_after", "rows", "from_after", "who", "of", "about"),
)


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns)
        else:
            yield str(one.name)


def _held(there: Practice) -> list[Any]:
    """What acts would change there."""
    tables = (Membership, Alert, Mute, Channel, Route, Waiver, Attestation, Entry, Machine, Record)
    return [list(table.objects.at(there.place).values()) for table in tables]


HIS = re.compile("/(tables|rules)/")


def answered(asks: Client, addresses: Iterable[str], *names: str) -> list[tuple[str, str, int]]:
    """Which of these addresses answered a look or an act of somebody to whom they are not there."""
    found = []
    for address in addresses:
        for verb, answer in (("GET", asks.get(address)), ("POST", asks.post(address, WORDS))):
            named = any(name.encode() in answer.getvalue() for name in names)
            if named or answer.status_code not in REFUSED:
                found.append((verb, address, answer.status_code))
    return found


def words(there: Practice) -> Iterator[str]:
    yield from (there.org.name, there.clinic.name, there.dr_lee.email)
    yield from there.machines


@pytest.fixture
def strangers(north_quay: Practice) -> Practice:
    """Another org on the same server."""
    stories = (Story("ELMFRONT", usb="open"), Story("ELMSERVER", role="server"))
    return practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", stories)


def test_every_route_is_in_this_table() -> None:
    assert set(routes(urlpatterns)) == set(ROUTES) | set(ACTS)


@pytest.mark.threat("curious-clinic")
@pytest.mark.parametrize("route", OF_A_PLACE)
def test_a_strangers_page_is_not_there(route: str, dr_lee: Client, strangers: Practice) -> None:
    answer = dr_lee.get(reverse(route, kwargs=ROUTES[route](strangers)))

    assert answer.status_code == 404
    assert [word for word in words(strangers) if word.encode() in answer.content] == []


@pytest.mark.parametrize("route", ACTS)
def test_nothing_is_done_at_a_strangers(route: str, dr_lee: Client, strangers: Practice) -> None:
    before = list(Membership.objects.at(strangers.place).values())

    answer = dr_lee.post(reverse(route, kwargs=ACTS[route](strangers)))

    assert answer.status_code == 404
    assert [word for word in words(strangers) if word.encode() in answer.content] == []
    assert list(Membership.objects.at(strangers.place).values()) == before


@pytest.mark.threat("curious-clinic")
def test_what_is_a_strangers_is_not_in_my_clinic(
    dr_lee: Client, north_quay: Practice, strangers: Practice
) -> None:
    """My own address with a stranger's id in it, for every route that takes one."""
    addresses = {}
    for route in OF_A_THING:
        mine = {**PLACES[route](strangers), **_org(north_quay)}
        mine |= _clinic(north_quay) if "clinic" in mine else {}
        addresses[route] = reverse(route, kwargs=mine)
    before = _held(strangers)

    assert answered(dr_lee, addresses.values(), *words(strangers)) == []
    assert _held(strangers) == before
    assert len(addresses) > 20


@pytest.mark.threat("curious-clinic")
@pytest.mark.parametrize("role", [Role.CLINIC_OWNER, Role.CLINIC_IT, Role.AUDITOR])
def test_another_clinic_of_my_org_is_not_mine(
    role: Role, north_quay: Practice, harbor: Practice, sign_in
) -> None:
    """Whoever is of one clinic: neither the other's addresses, nor its ids in his own."""
    one = sign_in(person(north_quay, role, "one@bright-smiles.example", north_quay.clinic).email)
    theirs = {route: args(harbor) for route, args in PLACES.items()}
    addresses = [reverse(route, kwargs=ids) for route, ids in theirs.items() if len(ids) > 1]
    addresses += [
        reverse(route, kwargs={**theirs[route], **_clinic(north_quay)})
        for route in OF_A_THING
        if "clinic" in theirs[route]
    ]

    # Tables and rules of the org are narrowed to his clinics, and are his.
    narrowed = {there for there in addresses if "/c/" not in there and HIS.search(there)}
    assert answered(one, set(addresses) - narrowed, "HARBOR1", "Harbor Dental") == []
    for there in narrowed:
        shown = one.get(there).getvalue()
        assert b"HARBOR1" not in shown, there
        assert b"Harbor Dental" not in shown, there


@pytest.mark.threat("curious-clinic")
def test_whose_time_is_over_sees_nothing(auditor: Client, north_quay: Practice) -> None:
    held = Membership.objects.at(north_quay.place).filter(role=Role.AUDITOR)
    held.update(until=timezone.now() - DAY)
    addresses = [reverse(route, kwargs=args(north_quay)) for route, args in PLACES.items()]

    assert answered(auditor, addresses, *words(north_quay)) == []


def test_no_word_behind_an_address_leads_to_a_stranger(
    dr_lee: Client, north_quay: Practice, strangers: Practice
) -> None:
    """Filters, cursors, choices: a stranger's ids and names in each of them."""
    foreign = {**dict.fromkeys(ASKED, strangers.machines["ELMFRONT"].id), **_clinic(strangers)}
    leaks = []
    for route in OF_A_PLACE:
        answer = dr_lee.get(reverse(route, kwargs=ROUTES[route](north_quay)), foreign)
        shown = b"" if answer.status_code == 302 else answer.getvalue()
        if answer.status_code >= 500 or any(one.encode() in shown for one in words(strangers)):
            leaks.append((route, answer.status_code))

    assert leaks == []


@pytest.mark.parametrize("route", OF_A_PLACE)
def test_my_own_pages_say_nothing_of_strangers(
    route: str, dr_lee: Client, north_quay: Practice, strangers: Practice
) -> None:
    answer = dr_lee.get(reverse(route, kwargs=ROUTES[route](north_quay)))

    assert answer.status_code == 200
    assert [word for word in words(strangers) if word.encode() in answer.getvalue()] == []


@pytest.mark.parametrize("route", OF_A_PLACE)
def test_nobody_sees_a_place_without_signing_in(
    route: str, client: Client, north_quay: Practice
) -> None:
    answer = client.get(reverse(route, kwargs=ROUTES[route](north_quay)))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?")


def test_a_filter_by_a_strangers_machine_finds_nothing(
    dr_lee: Client, north_quay: Practice, strangers: Practice
) -> None:
    elm = strangers.machines["ELMFRONT"]

    machines = reverse("clinic-machines", kwargs=_clinic(north_quay))
    listed = dr_lee.get(machines, {"after": str(elm.id)})
    found = dr_lee.get(reverse("findings", kwargs=_clinic(north_quay)), {"machine": elm.host})

    assert listed.status_code == 404
    assert b'data-findings="0"' in found.content


@pytest.fixture
def harbor(north_quay: Practice) -> Practice:
    """A second clinic of the same org."""
    clinic = add_clinic(north_quay.home, north_quay.org, "Harbor Dental")
    machine = settle(clinic, Story("HARBOR1", usb="open"))
    return replace(north_quay, clinic=clinic, machines={"HARBOR1": machine})


@pytest.fixture
def auditor(north_quay: Practice, sign_in) -> Client:
    """An auditor of Bright Smiles."""
    user = person(north_quay, Role.AUDITOR, "audit@firm.example", north_quay.clinic)
    return sign_in(user.email)


@pytest.fixture
def front_desk(north_quay: Practice, harbor: Practice, sign_in) -> Client:
    """An office manager of Bright Smiles alone; the org has a second clinic."""
    user = person(
        north_quay, Role.OFFICE_MANAGER, "front_desk@bright-smiles.example", north_quay.clinic
    )
    return sign_in(user.email)


@pytest.mark.threat("curious-clinic")
def test_a_person_of_one_clinic_knows_of_no_other(front_desk: Client, north_quay: Practice) -> None:
    fleet = front_desk.get(f"/{north_quay.org.slug}/")
    harbor = front_desk.get(f"/{north_quay.org.slug}/c/harbor-dental/")

    assert (fleet.status_code, harbor.status_code) == (200, 404)
    assert b"Bright Smiles" in fleet.content
    for answer in (fleet, harbor):
        assert b"Harbor" not in answer.content
        assert b"HARBOR1" not in answer.content


def test_an_office_manager_sees_verdicts_but_no_facts_and_no_fixes(
    front_desk: Client, north_quay: Practice
) -> None:
    machine = front_desk.get(reverse("machine", kwargs=ROUTES["machine"](north_quay)))

    assert b"Every disk that can hold images is encrypted" in machine.content
    assert b'id="fact-volumes"' not in machine.content
    assert b'id="fix-volumes-encrypted"' not in machine.content


@pytest.mark.parametrize("route", ["join", "reports", "machine-act"])
def test_what_a_role_does_not_allow_is_not_there(
    route: str, front_desk: Client, north_quay: Practice
) -> None:
    answer = front_desk.get(reverse(route, kwargs=ROUTES[route](north_quay)))

    assert answer.status_code == 404
