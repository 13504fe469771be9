"""Every page, at the desk and on the phone, in light and dark: no fault that axe can find.

axe-core's rules for WCAG 2.2 AA, and what it cannot see: that nothing is wider than the screen,
that no file of ours is missing, and that the content policy stops nothing that we need. Pages are
taken from the routes, so a new one is looked at too; each is opened once, and then looked at in
every size and scheme.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import URLPattern
from playwright.sync_api import expect

from controller.urls import urlpatterns
from tests.browser import paper
from tests.browser.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

DESK, PHONE, NARROW = (1280, 900), (390, 844), (360, 740)
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_A_LOOK = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
"""What may be right in one size and scheme, and wrong in another."""
CLINIC = "/north-quay-it/c/bright-smiles/"

PAGES: dict[str, Callable[[Person], str]] = {
    "machine that fails": lambda person: person.machine("OP1"),
    "machine with images": lambda person: person.machine("PANO-01"),
    "machine that is silent": lambda person: person.machine("FRONT2"),
    "machine with an unknown": lambda person: person.machine("OP2"),
    "machine that passes": lambda person: person.machine("OP3"),
    "machine not heard yet": lambda person: person.machine("NAS-1"),
    "host without an agent": lambda person: person.machine("nas"),
    "host with another key": lambda person: person.machine("pacs"),
    "machine that is lost": lambda person: f"{person.machine('OP1')}lost/",
    "paper for an insurer": lambda _: f"{CLINIC}paper/?profile=insurer",
    "machines that a rule fails on": lambda _: f"{CLINIC}machines/?rule=volumes-encrypted",
    "rule everywhere": lambda _: "/north-quay-it/rules/volumes-encrypted/",
    "rule on a machine": lambda person: f"{person.machine('OP1')}r/volumes-encrypted/",
    "clinic on a day": lambda _: f"{CLINIC}?at=2026-11-20",
    "machine on a day": lambda person: f"{person.machine('OP1')}?at=2026-11-20",
    "machine to be revoked": lambda person: f"{person.machine('OP1')}do/revoke/",
    "machine to be retired": lambda person: f"{person.machine('OP1')}do/retire/",
    "own sign-in services": lambda _: "/me/sign-in-by",
    "own sessions": lambda _: "/me/sessions",
    "search": lambda _: "/north-quay-it/search?q=o",
    "search for nothing": lambda _: "/north-quay-it/search?q=zzz",
    "waiver that waits": lambda person: person.waiver("W-2026-002"),
    "waiver that holds": lambda person: person.waiver("W-2026-001"),
    "waiver for many clinics": lambda _: "/north-quay-it/rules/volumes-encrypted/waive/",
    "rule in a clinic": lambda _: f"{CLINIC}rules/volumes-encrypted/",
    "machines in an order": lambda _: "/north-quay-it/machines/?os=linux&sort=-host",
    "waiver to be asked for": lambda person: f"{person.machine('OP1')}waive/volumes-encrypted/",
    "scorecard that waits": lambda person: person.record("month", "2026-10"),
    "scorecard that was read": lambda person: person.record("month", "2026-09"),
    "evidence to be reviewed": lambda person: person.record("export"),
    "register": lambda _: f"{CLINIC}r/incidents/",
    "register with nothing in it": lambda _: f"{CLINIC}r/walkthroughs/",
    "statement never signed": lambda _: f"{CLINIC}paperwork/sign/walkthrough/",
    "statement signed": lambda _: f"{CLINIC}paperwork/sign/restore-test/",
}
"""Pages whose address holds more than org and clinic, and other states of those that do not."""


def routes(clinic: str, org: str = "north-quay-it") -> Iterator[str]:
    """The addresses of all pages of the org, and of this clinic."""
    for one in urlpatterns:
        if isinstance(one, URLPattern) and str(one.pattern).startswith("<slug:org>/"):
            path = str(one.pattern).replace("<slug:org>", org)
            path = path.replace("<slug:clinic>", clinic)
            if "<" not in path and path.endswith(("/", "/new", "/search")):
                yield f"/{path}"


def axe(person: Person, *only: str) -> list[str]:
    """What axe finds on the page as it stands, by these rules or groups of rules."""
    page = person.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": list(only), "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run({json.dumps(options)}).then(({{violations}}) => violations)")
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def too_wide(person: Person) -> list[str]:
    """Whether anything is wider than the screen."""
    widest = person.page.evaluate("document.documentElement.scrollWidth")
    return ["wider than the screen"] if widest > person.page.viewport_size["width"] else []


def faults(person: Person) -> list[str]:
    """All of it, for the page as it stands."""
    return [*axe(person, *STANDARDS), *too_wide(person)]


def looks_right(person: Person) -> None:
    assert faults(person) == []


def stands(person: Person, size: tuple[int, int], scheme: str = "light") -> None:
    """Look at the page in another size and scheme, without opening it anew."""
    person.page.set_viewport_size({"width": size[0], "height": size[1]})
    person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def everywhere(person: Person) -> dict[str, list[str]]:
    """The faults of a page, by how it was looked at."""
    found = {}
    for name, size, scheme, only in (
        ("desk", DESK, "light", STANDARDS),
        ("phone, dark", PHONE, "dark", OF_A_LOOK),
        ("narrow", NARROW, "light", ()),
    ):
        stands(person, size, scheme)
        found[name] = [*(axe(person, *only) if only else ()), *too_wide(person)]
    stands(person, DESK)
    return {name: said for name, said in found.items() if said}


def swept(person: Person, paths: list[str], look: Callable[[Person], object]) -> dict[str, object]:
    """What is wrong with each of these pages; those with which nothing is are left out."""
    found = {}
    for path in paths:
        person.opens(path)
        found[path] = (look(person), person.complaints[:])
        person.complaints.clear()
    return {path: said for path, said in found.items() if any(said)}


def test_pages_of_a_small_practice_look_right(person: Person) -> None:
    person.signs_in()
    paths = [*routes("bright-smiles"), *(path(person) for path in PAGES.values())]

    assert swept(person, paths, everywhere) == {}


def test_pages_of_a_clinic_with_nothing_in_it_look_right(person: Person) -> None:
    person.signs_in()
    paths = [path for path in routes("harbor-dental") if "/c/" in path]

    assert len(paths) > 12
    assert swept(person, paths, faults) == {}


def test_a_machine_with_everything_open_looks_right(person: Person) -> None:
    person.signs_in()
    for host in ("OP1", "PANO-01"):
        person.opens(person.machine(host))
        for one in person.page.locator("details:not(.menu)").all():
            one.evaluate("one => { one.open = true }")
        assert everywhere(person) == {}


def test_a_join_command_looks_right(person: Person) -> None:
    person.signs_in()
    person.opens(f"{CLINIC}join/")
    person.page.get_by_role("button", name="Make the command").click()
    expect(person.page.locator("#join-command")).to_contain_text("dentinel enroll dentinel1.")

    assert everywhere(person) == {}


def test_pages_before_signing_in_look_right(person: Person) -> None:
    person.opens("/sign-in")
    assert everywhere(person) == {}
    person.page.get_by_label("E-mail").fill("nobody@nowhere.example")
    person.page.get_by_label("Password").fill("not the password")
    person.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(person.page.get_by_role("alert")).to_contain_text("do not belong together")
    assert everywhere(person) == {}
    person.opens("/link/used-up")
    assert everywhere(person) == {}


def test_the_open_menu_looks_right(person: Person) -> None:
    person.signs_in()
    person.page.locator(".menu > summary").click()

    assert everywhere(person) == {}


@pytest.mark.parametrize("person", [{"forced_colors": "active"}], indirect=True, ids=["forced"])
def test_states_keep_their_shapes_under_forced_colours(person: Person) -> None:
    person.signs_in()
    person.opens(person.machine("OP1"))

    failing = person.page.locator(".verdict .state-fail").first
    expect(failing.locator("svg")).to_be_visible()
    expect(failing).to_have_text("fail")


def printed(person: Person, path: str) -> list[str]:
    """The text of each sheet of A4, without the blanks between its pieces."""
    person.opens(path)
    sheets = paper.pages(person.page.pdf(format="A4"))
    return ["".join(unicodedata.normalize("NFKC", one).split()) for one in sheets]


@pytest.mark.parametrize("person", [{"color_scheme": "dark"}], indirect=True, ids=["dark"])
def test_each_printed_sheet_says_whose_it_is_when_and_which(person: Person) -> None:
    person.signs_in()
    sheets = printed(person, CLINIC)

    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        assert f"page{number}of{len(sheets)}" in sheet
        assert re.search(r"BrightSmiles,NorthQuayIT·shown\d+\w+,[\d:]+E[SD]T", sheet)
        assert f"{CLINIC}" in sheet
    whole = "".join(sheets)
    assert "WhatisnotprovenFailingfirst" in whole
    assert "Paperwork</north-quay-it/c/bright-smiles/paperwork/>" in whole
    for screen in ("Signout", "Howitstoodon", "Searchmachines", "Addamachine", "Staysignedin"):
        assert screen not in whole


def test_the_head_of_a_table_is_printed_again_on_each_sheet(person: Person) -> None:
    person.signs_in()
    sheets = printed(person, f"{CLINIC}controls/")

    assert len(sheets) > 3
    assert all("ControlStateandworstpartInforce" in sheet for sheet in sheets[1:-1])


def test_paper_is_black_on_white_and_nothing_runs_off_it(person: Person) -> None:
    person.signs_in()
    page = person.page
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 688, "height": 1000})
    for path in (CLINIC, f"{CLINIC}controls/", "/north-quay-it/audit/", person.machine("OP1")):
        person.opens(path)
        ink = page.evaluate(
            "(one => [one.color, one.backgroundColor])(getComputedStyle(document.body))"
        )
        assert ink == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert too_wide(person) == [], path
