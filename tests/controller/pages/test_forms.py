"""What a form carries is no more believed than an address: whose it is, and that it is ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from controller.fleet import premises
from controller.inventory.models import Listed
from controller.pages.places import Asked
from controller.tenants.scope import Scoped
from controller.urls import urlpatterns
from tests.controller import bright_smiles, waived
from tests.controller.alerts import told
from tests.controller.bright_smiles import NOW, Practice, Story, practice
from tests.controller.pages.conftest import SignIn
from tests.controller.pages.test_tenancy import OF_A_PLACE, PLACES, ROUTES, named

_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ANY = {"slug": "x", "stri": "x", "uuid": UUID(int=0), "intc": 1}
_WORDS = {"reason": "x", "why": "x", "days": "7", "confirmed": "1", "disposal": "shredded"}


@dataclass
class Form:
    """Where a form goes, and every value that can be chosen for each of its fields."""

    action: str
    fields: dict[str, list[str]]


class Read(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._address, self._select = address, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(said.get("action") or self._address, {}))
        elif tag == "option":
            self._add(self._select, said.get("value", ""))
        elif tag in ("input", "select", "button", "textarea") and said.get("name"):
            self._select = said["name"]
            self._add(said["name"], said.get("value", ""))

    def _add(self, name: str, value: str) -> None:
        if self.found and name:
            self.found[-1].fields.setdefault(name, []).append(value)


def forms(signed_in: Client, there: Practice) -> Iterator[Form]:
    """Every form on every page of a practice, once."""
    seen = set()
    for route in OF_A_PLACE:
        address = reverse(route, kwargs=ROUTES[route](there))
        answer = signed_in.get(address)
        text = answer.getvalue().decode(errors="replace")
        if answer["Content-Type"].startswith("text/html"):
            page = Read(address)
            page.feed(text)
            for form in page.found:
                key = (_ID.sub("", form.action), *sorted(form.fields))
                if form.fields and key not in seen and "sign-out" not in form.action:
                    seen.add(key)
                    yield form


def furnished(there: Practice) -> list[str]:
    """A thing of each kind in a practice; the ids of all."""
    asked = Asked(there.home, there.clinic, bright_smiles.by())
    parts = [premises.add(asked, kind, f"Annex {kind}") for kind in premises.KINDS]
    place = there.place.clinic(there.clinic.id)
    listed = Listed(
        org_id=there.org.id, clinic=there.clinic, host="spare1", source="a list", listed_at=NOW
    )
    listed.save(force_insert=True)
    rows = [*parts, listed, told.channel(there), told.mute(there), waived.of(there), there.dr_lee]
    assert place.clinics
    return [str(one.pk) for one in (*rows, there.clinic, *there.machines.values())]


def rows(there: Practice) -> Iterator[tuple[str, object]]:
    """Every value in every table of an org."""
    for model in apps.get_models():
        if isinstance(getattr(model, "objects", None), Scoped):
            for row in model.objects.at(there.place).values():
                yield from ((model.__name__, value) for value in row.values())


@pytest.mark.threat("curious-clinic")
def test_no_form_reaches_what_is_a_strangers(dr_lee: Client, north_quay: Practice) -> None:
    """Each field that takes an id gets each id of another org, and each form is sent."""
    furnished(north_quay)
    stories = (Story("ELMFRONT", usb="open"),)
    strangers = practice(north_quay.home, "Tall Oaks Group", "Elm Street Orthodontics", stories)
    theirs = furnished(strangers)
    before = sorted(map(repr, rows(strangers)))
    sent, shown = 0, []

    for form in list(forms(dr_lee, north_quay)):
        of_ids = {name for name, values in form.fields.items() if any(map(_ID.search, values))}
        for name in of_ids:
            usual = {field: values[-1] for field, values in form.fields.items()}
            for one in theirs:
                foreign = _ID.sub(one, next(filter(_ID.search, form.fields[name])))
                answer = dr_lee.post(form.action, {**usual, **_WORDS, name: foreign})
                sent += 1
                if b"ELMFRONT" in answer.getvalue() or answer.status_code >= 500:
                    shown.append((form.action, name, answer.status_code))

    assert shown == []
    assert sent > 40
    assert sorted(map(repr, rows(strangers))) == before
    kept = {str(value) for _, value in rows(north_quay)}
    assert kept & set(theirs) == set()


@pytest.mark.threat("foreign-form")
def test_no_form_of_another_site_is_taken(north_quay: Practice, sign_in: SignIn) -> None:
    """Whatever the address: the mark of a page of ours is asked for before anything else."""
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in(north_quay.dr_lee.email).cookies
    answers = {}
    for route, kinds in named(urlpatterns):
        args = PLACES[route](north_quay) if route in PLACES else None
        words = args or {word: _ANY[kind] for word, kind in kinds.items()}
        answers[route] = strict.post(reverse(route, kwargs=words), {"do": "end"}).status_code

    assert {route: status for route, status in answers.items() if status != 403} == {}
    assert len(answers) > 90


# What weighs much: populations and evidence, people and roles, where messages go, what is accepted,
# what is signed, what an org sets for itself.
TAKEN = (
    *("table", "clinic-table", "controls-csv", "paperwork-csv", "register-csv", "evidence-file"),
    "evidence-policy",
)
DONE = (
    *("evidence", "channels", "clinic-channels", "channel", "route-end", "people", "people-end"),
    *("clinic-people", "clinic-people-end", "people-designate", "clinic-people-designate"),
    *("people-unlock", "clinic-people-unlock", "settings", "clinic-settings", "issuers", "waiver"),
    *("waivers-delegate", "statement", "statement-reject", "clinic-new", "clinic-hours", "revoke"),
)


@pytest.fixture
def left_open(dr_lee: Client) -> Client:
    """Dr. Lee's browser, five minutes after she showed who she is."""
    session = dr_lee.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()
    return dr_lee


@pytest.mark.threat("left-open")
@pytest.mark.parametrize("route", [*TAKEN, *DONE])
def test_what_weighs_much_asks_again_who_it_is(
    route: str, left_open: Client, north_quay: Practice
) -> None:
    args = PLACES["machine-act" if route == "revoke" else route](north_quay)
    if route == "revoke":
        route, args = "machine-act", {**args, "deed": "revoke"}
    asks = left_open.get if route in TAKEN else left_open.post

    answer = asks(reverse(route, kwargs=args))

    assert (answer.status_code, answer.get("Location", "")[:7]) == (302, "/again/")
