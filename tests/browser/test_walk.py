"""Sign in, fleet, clinic, machine, by keyboard alone; and what a page does by itself."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CODES, DR_LEE, Person
from tests.browser.test_looks import looks_right
from tests.controller.bright_smiles import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CLINIC = "/north-quay-it/c/bright-smiles/"


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and words in focused.inner_text():
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def test_a_person_gets_from_the_door_to_a_fix_by_keyboard(person: Person) -> None:
    page = person.page
    person.opens("/")
    page.keyboard.type(DR_LEE)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.keyboard.type(next(CODES))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("North Quay IT")

    tab_to(page, "Bright Smiles")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bright Smiles")

    tab_to(page, "OP1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("OP1")

    tab_to(page, "Every disk that can hold images is encrypted")
    page.keyboard.press("Enter")
    opened = page.locator("#rule-volumes-encrypted")
    expect(opened).to_have_attribute("open", "")
    expect(opened).to_contain_text("Reinstall onto LUKS2")
    assert person.complaints == []


def test_the_first_tab_skips_to_the_content(person: Person) -> None:
    person.signs_in()
    person.page.keyboard.press("Tab")
    expect(person.page.locator(":focus")).to_have_text("Skip to the content")
    person.page.keyboard.press("Enter")

    expect(person.page.locator("#main")).to_be_focused()


def test_what_has_the_focus_is_seen_and_not_covered(person: Person) -> None:
    person.signs_in()
    person.opens(person.machine("PANO-01"))
    page = person.page
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        shown = page.evaluate(
            """() => {
                const one = document.activeElement, box = one.getBoundingClientRect();
                const bar = document.querySelector(".bar");
                return {
                    inBar: bar.contains(one) || one.classList.contains("skip"),
                    top: box.top, bar: bar.getBoundingClientRect().bottom,
                    outline: getComputedStyle(one).outline,
                };
            }"""
        )
        assert re.search(r"\bsolid 3px|\b3px\b.*solid", shown["outline"])
        assert shown["inBar"] or shown["top"] >= shown["bar"] - 1


def test_without_a_script_everything_is_there(browser, site, person: Person) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = Person(context.new_page(), site, [])
    plain.signs_in()
    plain.opens(f"{CLINIC}join/")
    plain.page.get_by_role("button", name="Make the command").click()

    expect(plain.page.locator("#join-command")).to_contain_text("dentinel1.")
    expect(plain.page.locator("button[data-copy]")).to_be_hidden()
    plain.opens(plain.machine("OP1"))
    plain.page.locator("#rule-volumes-encrypted > summary").click()
    expect(plain.page.locator("#fix-volumes-encrypted")).to_be_visible()
    context.close()


def test_dark_can_be_chosen_and_stays(person: Person) -> None:
    person.signs_in()
    person.page.locator(".menu > summary").click()
    person.page.get_by_role("button", name="Dark").click()
    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")

    person.opens(CLINIC)

    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_command_is_copied(person: Person) -> None:
    person.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.signs_in()
    person.opens(person.machine("OP1"))
    person.page.locator("#rule-volumes-encrypted > summary").click()
    person.page.locator('[data-copy="fix-volumes-encrypted"]').click()

    expect(person.page.locator('[data-copy="fix-volumes-encrypted"]')).to_have_text("Copied")
    assert "LUKS2" in person.page.evaluate("navigator.clipboard.readText()")


def test_a_page_keeps_itself_fresh_and_what_is_open_stays_open(person: Person) -> None:
    page = person.page
    person.signs_in()
    path = person.machine("OP1")
    page.clock.install()
    person.opens(path)
    page.locator("#rule-volumes-encrypted > summary").click()
    asked: list[str | None] = []
    served = {"text": ""}

    def answer(route) -> None:
        asked.append(route.request.headers.get("dentinel-background"))
        fetched = route.fetch()
        served["text"] = fetched.text().replace("<h1>OP1</h1>", "<h1>OP1 renamed</h1>")
        route.fulfill(response=fetched, body=served["text"])

    page.route(f"**{path}", answer)
    page.clock.run_for(61_000)

    expect(page.get_by_role("heading", level=1)).to_have_text("OP1 renamed")
    expect(page.locator("#rule-volumes-encrypted")).to_have_attribute("open", "")
    expect(page.locator("#rule-volumes-encrypted > summary")).to_be_focused()
    assert set(asked) == {"1"}


def test_a_session_that_ends_warns_before_and_can_be_kept(person: Person) -> None:
    page = person.page
    person.signs_in()
    page.clock.install()
    person.opens(CLINIC)
    asked: list[bool] = []

    def answer(route) -> None:
        is_background = route.request.headers.get("dentinel-background") == "1"
        asked.append(not is_background)
        fetched = route.fetch()
        left = "45" if is_background else "900"
        route.fulfill(response=fetched, headers={**fetched.headers, "dentinel-seconds-left": left})

    page.route("**/still-here", answer)
    page.clock.fast_forward(850_000)
    page.clock.run_for(1000)
    warning = page.locator("#warning")
    expect(warning).to_be_visible()
    expect(warning).to_contain_text(re.compile(r"signed out in \d+ seconds"))
    assert not any(asked)

    page.get_by_role("button", name="Stay signed in").click()
    page.clock.run_for(1000)

    expect(warning).to_be_hidden()
    assert any(asked)


def test_a_session_that_has_ended_blanks_the_page(person: Person) -> None:
    page = person.page
    person.signs_in()
    page.clock.install()
    person.opens(CLINIC)
    page.context.clear_cookies()
    page.clock.run_for(61_000)

    page.wait_for_url("**/sign-in?ended=1")
    expect(page.get_by_role("status")).to_contain_text("You were signed out")


def presses(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_single_keys_search_walk_the_rows_and_go_to_places(person: Person) -> None:
    page = person.page
    person.signs_in()
    heading = page.get_by_role("heading", level=1)

    presses(page, "/")
    page.keyboard.type("harb")
    presses(page, "Enter")
    expect(heading).to_have_text("Harbor Dental")

    presses(page, "g", "f")
    expect(heading).to_have_text("North Quay IT")
    presses(page, "j", "j", "k")
    expect(page.locator("tbody tr").first.get_by_role("link")).to_be_focused()
    presses(page, "Enter")
    expect(heading).to_have_text("OP1")
    presses(page, "j")
    expect(page.locator(".verdicts > details > summary").first).to_be_focused()

    presses(page, "g", "a")
    expect(heading).to_have_text("Alerts of Bright Smiles")
    presses(page, "g", "r")
    expect(heading).to_contain_text("Controls")
    presses(page, "g", "c")
    expect(heading).to_have_text("Bright Smiles")
    assert person.complaints == []


def test_single_keys_are_told_and_can_be_switched_off(person: Person) -> None:
    page = person.page
    person.signs_in()
    presses(page, "?")
    told = page.get_by_role("dialog", name="Keyboard")
    expect(told).to_be_visible()
    looks_right(person)
    told.get_by_role("button", name="Switch single keys off").click()
    expect(told).to_be_hidden()
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()

    presses(page, "?", "/")

    expect(told).to_be_hidden()
    expect(page.locator("#search")).not_to_be_focused()
    page.get_by_role("button", name="Keyboard").click()
    told.get_by_role("button", name="Switch single keys on").click()
    expect(told).to_be_hidden()
    expect(page.get_by_role("button", name="Keyboard")).to_be_visible()
    presses(page, "/")
    expect(page.locator("#search")).to_be_focused()


def test_single_keys_do_nothing_while_something_is_filled_in(person: Person) -> None:
    page = person.page
    person.signs_in()
    page.locator("#search").fill("")
    page.locator("#search").press_sequentially("gaj?x/")

    expect(page.locator("#search")).to_have_value("gaj?x/")
    expect(page.get_by_role("heading", level=1)).to_have_text("North Quay IT")
