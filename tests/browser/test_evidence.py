"""Evidence is made while one looks on, and what is printed says whose it is on every page."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person
from tests.controller.bright_smiles import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CLINIC = "/north-quay-it/c/bright-smiles/"
A_MINUTE_MS = 60_000


def test_a_bundle_appears_on_the_open_page_and_can_be_taken_along(person: Person) -> None:
    person.signs_in()
    person.opens(f"{CLINIC}evidence/")
    page = person.page
    made = page.locator('tr[data-state="made"]')
    before = made.count()
    page.get_by_role("button", name="Make it").click()
    if "/again/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()

    expect(made).to_have_count(before + 1, timeout=A_MINUTE_MS)
    with page.expect_download() as taken:
        made.first.get_by_role("link", name="Download").click()

    assert taken.value.suggested_filename.endswith(".dentinel-evidence")
    assert taken.value.path().read_bytes()[:2] == b"PK"


def test_a_printed_paper_has_its_foot_and_room_for_93_controls(person: Person) -> None:
    person.signs_in()
    person.opens(f"{CLINIC}paper/?profile=auditor")

    sheet = person.page.locator('link[href*="running.css"]').get_attribute("href")
    assert "@bottom-left" in person.page.request.get(person.site.at(str(sheet))).text()
    assert len(person.page.pdf(prefer_css_page_size=True)) > 100_000
    assert person.complaints == []
