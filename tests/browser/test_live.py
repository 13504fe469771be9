"""What happens on a machine is seen by whoever has the page open, without a reload."""

import asyncio
import os
import ssl
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from controller.cli.demo.msp.cast import Box
from controller.cli.demo.msp.machine import Machine
from controller.cli.demo.msp.troubles import Trouble
from controller.cli.demo.msp.wire import Outside
from controller.identity import authority
from controller.identity.home import ControllerHome
from tests.browser.conftest import Person, Site, complain

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

HARBOR = "/north-quay-it/c/harbor-dental/"
SOON_MS = 15_000


def does(said: Coroutine[None, None, None]) -> None:
    """Have a machine do something; in a thread, because the browser has this one's event loop."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, said).result()


def newcomer(site: Site, token: str) -> Machine:
    """A computer of the clinic whose disk is not encrypted, with a join string in its hand."""
    trust = ssl.create_default_context(cadata=authority.ca_pem(ControllerHome(site.home)))
    trouble = Trouble("unencrypted", datetime(2026, 1, 1, tzinfo=UTC))
    box, wire = Box("LIVE-OP1", "operatory"), Outside(site.agents, trust)
    return Machine(box, (trouble,), wire, os.urandom, "disk", token=token)


def opened(person: Person, path: str) -> Page:
    """One more window, which would know if it were loaded anew."""
    page = person.page.context.new_page()
    page.on("console", lambda message: complain(person.complaints, message.type, message.text))
    page.goto(person.site.at(path))
    page.evaluate("window.stayed = true")
    return page


def test_a_machine_that_joins_and_reports_appears_on_the_open_pages(person: Person) -> None:
    person.signs_in()
    fleet, clinic = opened(person, "/north-quay-it/"), opened(person, HARBOR)
    join = opened(person, f"{HARBOR}join/")
    join.get_by_label("Which system does it run").select_option("windows")
    join.get_by_role("button", name="Make the command").click()
    machine = newcomer(person.site, join.locator("#join-command").inner_text().split()[-1])
    join.evaluate("window.stayed = true")
    expect(clinic.get_by_role("heading", name="No machine yet")).to_be_visible()

    does(machine.join())

    row = join.get_by_role("row", name="LIVE-OP1")
    expect(row).to_contain_text("awaited", timeout=SOON_MS)
    expect(join.locator("#join-command")).to_be_visible()
    one = opened(person, str(row.get_by_role("link").first.get_attribute("href")))
    expect(one.get_by_role("heading", name="No report yet")).to_be_visible()

    does(machine.sync(machine.full(datetime.now(tz=UTC), "start")))

    expect(row).to_contain_text("arrived", timeout=SOON_MS)
    for page in (one, clinic):
        expect(page.locator("main")).to_contain_text("Every disk that can hold", timeout=SOON_MS)
    expect(fleet.get_by_role("row", name="Harbor Dental")).to_contain_text("1 of 1")
    expect(clinic.locator("#alert-count")).not_to_have_text("0 alerts", timeout=SOON_MS)
    for page in (fleet, clinic, join, one):
        assert page.evaluate("window.stayed") is True
    assert person.complaints == []
