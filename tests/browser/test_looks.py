"""Every page, at the desk and on the phone, in light and dark: no fault that axe can find.

axe-core's rules for WCAG 2.2 AA, and what it cannot see: that nothing is wider than the screen,
that no file of ours is missing, and that the content policy stops nothing that we need.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = [{**size, "color_scheme": scheme} for size in (DESK, PHONE) for scheme in ("light", "dark")]
STANDARDS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
CLINIC = "/north-quay-it/c/bright-smiles/"

PAGES: dict[str, Callable[[Person], str]] = {
    "fleet": lambda _: "/north-quay-it/",
    "clinic": lambda _: CLINIC,
    "clinic without a machine": lambda _: "/north-quay-it/c/harbor-dental/",
    "machine that fails": lambda person: person.machine("OP1"),
    "machine with images": lambda person: person.machine("PANO-01"),
    "machine that is silent": lambda person: person.machine("FRONT2"),
    "machine with an unknown": lambda person: person.machine("OP2"),
    "machine that passes": lambda person: person.machine("OP3"),
    "machine not heard yet": lambda person: person.machine("NAS-1"),
    "host without an agent": lambda person: person.machine("nas"),
    "host with another key": lambda person: person.machine("pacs"),
    "machine that is lost": lambda person: f"{person.machine('OP1')}lost/",
    "findings": lambda _: f"{CLINIC}findings/",
    "tables": lambda _: f"{CLINIC}tables/",
    "paper to be made": lambda _: f"{CLINIC}paper/",
    "paper for an insurer": lambda _: f"{CLINIC}paper/?profile=insurer",
    "evidence": lambda _: f"{CLINIC}evidence/",
    "inventory": lambda _: f"{CLINIC}inventory/",
    "controls": lambda _: f"{CLINIC}controls/",
    "figures": lambda _: f"{CLINIC}figures/",
    "machines": lambda _: f"{CLINIC}machines/",
    "machines of the org": lambda _: "/north-quay-it/machines/",
    "machines that a rule fails on": lambda _: f"{CLINIC}machines/?rule=volumes-encrypted",
    "what is not proven": lambda _: f"{CLINIC}open/",
    "rule on a machine": lambda person: f"{person.machine('OP1')}r/volumes-encrypted/",
    "clinic on a day": lambda _: f"{CLINIC}?at=2026-11-20",
    "machine on a day": lambda person: f"{person.machine('OP1')}?at=2026-11-20",
    "join": lambda _: f"{CLINIC}join/",
    "machine to be revoked": lambda person: f"{person.machine('OP1')}do/revoke/",
    "machine to be retired": lambda person: f"{person.machine('OP1')}do/retire/",
    "people": lambda _: "/north-quay-it/people/",
    "sites and groups": lambda _: f"{CLINIC}places/",
    "settings": lambda _: "/north-quay-it/settings/",
    "settings of a clinic": lambda _: f"{CLINIC}settings/",
    "sign-in services": lambda _: "/north-quay-it/settings/sign-in/",
    "own sign-in services": lambda _: "/me/sign-in-by",
    "own sessions": lambda _: "/me/sessions",
    "alerts": lambda _: "/north-quay-it/alerts/",
    "channels": lambda _: "/north-quay-it/channels/",
    "start": lambda _: "/north-quay-it/start/",
    "new clinic": lambda _: "/north-quay-it/clinics/new",
    "opening hours": lambda _: f"{CLINIC}hours/",
    "search": lambda _: "/north-quay-it/search?q=o",
    "search for nothing": lambda _: "/north-quay-it/search?q=zzz",
    "waivers": lambda _: f"{CLINIC}waivers/",
    "waivers of the org": lambda _: "/north-quay-it/waivers/",
    "waiver that waits": lambda person: person.waiver("W-2026-002"),
    "waiver that holds": lambda person: person.waiver("W-2026-001"),
    "waiver to be asked for": lambda person: f"{person.machine('OP1')}waive/volumes-encrypted/",
    "register": lambda _: f"{CLINIC}r/incidents/",
    "register with nothing in it": lambda _: f"{CLINIC}r/walkthroughs/",
    "calendar": lambda _: f"{CLINIC}calendar/",
    "paperwork": lambda _: f"{CLINIC}paperwork/",
    "statement never signed": lambda _: f"{CLINIC}paperwork/sign/walkthrough/",
    "statement signed": lambda _: f"{CLINIC}paperwork/sign/restore-test/",
}


def name(look: dict) -> str:
    return f"{look['viewport']['width']}-{look['color_scheme']}"


def looks_right(person: Person) -> None:
    found = Axe().run(person.page, options=STANDARDS)
    assert found.violations_count == 0, found.generate_report()
    widest = person.page.evaluate("document.documentElement.scrollWidth")
    assert widest <= person.page.viewport_size["width"]


@pytest.mark.parametrize("person", LOOKS, indirect=True, ids=name)
def test_pages_of_a_place_look_right(person: Person) -> None:
    person.signs_in()
    for path in PAGES.values():
        person.opens(path(person))
        looks_right(person)
    for page in ("machine that fails", "machine with images"):
        person.opens(PAGES[page](person))
        for one in person.page.locator("details:not(.menu)").all():
            one.evaluate("one => { one.open = true }")
        looks_right(person)
    assert person.complaints == []


@pytest.mark.parametrize("person", LOOKS, indirect=True, ids=name)
def test_a_join_command_looks_right(person: Person) -> None:
    person.signs_in()
    person.opens(f"{CLINIC}join/")
    person.page.get_by_role("button", name="Make the command").click()
    expect(person.page.locator("#join-command")).to_contain_text("dentinel enroll dentinel1.")

    looks_right(person)


@pytest.mark.parametrize("person", LOOKS, indirect=True, ids=name)
def test_pages_before_signing_in_look_right(person: Person) -> None:
    person.opens("/sign-in")
    looks_right(person)
    person.page.get_by_label("E-mail").fill("nobody@nowhere.example")
    person.page.get_by_label("Password").fill("not the password")
    person.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(person.page.get_by_role("alert")).to_contain_text("do not belong together")
    looks_right(person)
    person.opens("/link/used-up")
    looks_right(person)


@pytest.mark.parametrize("person", LOOKS, indirect=True, ids=name)
def test_the_open_menu_looks_right(person: Person) -> None:
    person.signs_in()
    person.page.locator(".menu > summary").click()

    looks_right(person)


@pytest.mark.parametrize("person", [{"forced_colors": "active"}], indirect=True, ids=["forced"])
def test_states_keep_their_shapes_under_forced_colours(person: Person) -> None:
    person.signs_in()
    person.opens(person.machine("OP1"))

    failing = person.page.locator(".verdict .state-fail").first
    expect(failing.locator("svg")).to_be_visible()
    expect(failing).to_have_text("fail")


def test_print_leaves_out_what_is_only_for_the_screen(person: Person) -> None:
    person.signs_in()
    person.opens(CLINIC)
    person.page.emulate_media(media="print")

    expect(person.page.locator(".bar")).to_be_hidden()
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    expect(person.page.locator(".foot")).to_contain_text("Shown")
