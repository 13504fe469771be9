"""From an empty `init` to a practice that is looked after, step by step, as a newcomer does it."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from typer.testing import CliRunner

from agent.cli.app import app
from tests.browser.conftest import HOUSE, Person, Site, complain, serving
from tests.browser.test_live import SOON_MS, does, newcomer
from tests.browser.test_looks import everywhere, looks_right, routes, swept
from tests.browser.test_second_factor import phone_shows
from tests.controller.alerts.conftest import Pair, Receiver, pair, receiver  # noqa: F401
from tests.controller.bright_smiles import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

START = "/old-mill/start/"
ORG = ("--org", "Old Mill", "--email", "sam@old-mill.example", "--name", "Sam")


def on_the_server(home: Path, *words: str) -> str:
    command = [sys.executable, "-m", "controller.cli.app", "--home", str(home), *words]
    return subprocess.run(command, check=True, cwd=HOUSE, capture_output=True, text=True).stdout


def at_the_author(folder: Path, *words: str) -> None:
    secret = folder / "passphrase"
    secret.write_text("molar basket ninety harbour\n")
    done = CliRunner().invoke(app, ["pack", *words, "--passphrase-file", str(secret)])
    assert done.exit_code == 0, done.output


def is_next(page: Page, title: str) -> None:
    expect(page.locator("li[aria-current=step] h2")).to_have_text(title)


@pytest.fixture
def old_mill(tmp_path: Path, receiver: Receiver, pair: Pair):  # noqa: F811
    """A controller after `init`, and the link that it printed."""
    home, authority = tmp_path / "controller", tmp_path / "authority.pem"
    authority.write_text(pair.authority)
    printed = on_the_server(home, "init", *ORG)
    allowed = {"SSL_CERT_FILE": str(authority), "DENTINEL_CONTROLLER_ALLOW_TO": "127.0.0.0/8"}
    with serving(home, **allowed) as site:
        yield site, re.search(r"/link/\S+", printed)[0]
    shutil.rmtree(home)


@pytest.fixture
def sam(browser, old_mill: tuple[Site, str]):
    """Who opens that link, chooses a password and sets up a phone."""
    site, link = old_mill
    page, complaints = browser.new_context().new_page(), []
    page.on("console", lambda message: complain(complaints, message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    person = Person(page, site, complaints)
    person.opens(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button").first.click()
    page.get_by_label("Code").fill(phone_shows(page.locator("#secret").inner_text()))
    page.get_by_role("button", name="Use this phone").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    yield person
    page.context.close()


def test_pages_of_a_practice_with_nothing_in_it_look_right(sam: Person) -> None:
    paths = [path for path in routes("none", "old-mill") if "/c/" not in path]

    assert len(paths) > 10
    assert swept(sam, paths, everywhere) == {}


def test_a_newcomer_is_led_from_an_empty_controller_to_a_practice_that_is_looked_after(
    sam: Person,
    receiver: Receiver,  # noqa: F811
    tmp_path: Path,
) -> None:
    page = sam.page
    sam.opens("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("First steps")
    is_next(page, "A clinic with its time zone and hours")
    looks_right(sam)

    add_clinic(page)
    machine = newcomer(sam.site, join_string(page))
    sam.opens(START)
    is_next(page, "Your author key, and dental-baseline signed by it")
    does(machine.join())
    does(machine.sync(machine.full(datetime.now(tz=UTC), "start")))
    expect(page.locator(".lead")).to_have_text("3 of 7 done.", timeout=SOON_MS)

    sign_rules(sam.site.home, tmp_path)
    sam.opens(START)
    is_next(page, "A test alert that arrived")

    send_a_test(page, receiver)
    on_the_server(sam.site.home, "backup", str(tmp_path / "backup.box"))
    sam.opens(START)
    is_next(page, "A second person who can approve")

    let_the_owner_in(page)
    sam.opens(START)
    expect(page.locator(".lead")).to_have_text("7 of 7 done. Old Mill is looked after.")
    looks_right(sam)
    assert sam.complaints == []


def add_clinic(page: Page) -> None:
    page.get_by_role("link", name="Add the first one").click()
    page.get_by_label("Name, as on its door").fill("Old Mill Dental")
    page.get_by_label("Time zone").fill("America/Chicago")
    page.get_by_role("button", name="Add the clinic").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a machine to Old Mill Dental")


def join_string(page: Page) -> str:
    page.get_by_label("Which system").select_option("windows")
    page.get_by_role("button", name="Make the command").click()
    return page.locator("#join-command").inner_text().split()[-1]


def sign_rules(home: Path, room: Path) -> None:
    """As the page and docs/packs.md say, on the server and on the author's PC."""
    keys, rules, signed = room / "online-keys.json", room / "our-rules", room / "signed"
    roots = ("--root-a", str(room / "safe"), "--root-b", str(room / "home"))
    folder = ("--folder", str(rules))
    on_the_server(home, "packs", "online-keys", "-o", str(keys))
    at_the_author(room, "keys", "--new", "practice", "--online", str(keys), *roots, *folder)
    at_the_author(room, "sign", *folder)
    done = CliRunner().invoke(app, ["pack", "publish", *folder, "-o", str(signed)])
    assert done.exit_code == 0, done.output
    on_the_server(home, "packs", "publish", str(signed))


def send_a_test(page: Page, receiver: Receiver) -> None:  # noqa: F811
    page.get_by_role("link", name="Add a channel").click()
    new = page.locator("#new-webhook")
    new.get_by_text("Webhook", exact=True).click()
    new.get_by_label("Name").fill("Tickets")
    new.get_by_label("Address").fill(receiver.url)
    new.get_by_role("button").click()
    page.get_by_role("link", name="Tickets").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("main")).to_contain_text("arrived")
    assert len(receiver.got) == 1


def let_the_owner_in(page: Page) -> None:
    page.get_by_role("link", name="Let the owner in").click()
    page.get_by_label("E-mail").fill("dr_kim@old-mill.example")
    page.get_by_label("Name").fill("Dr. Kim")
    page.get_by_label("Role", exact=True).select_option("clinic_owner")
    page.get_by_role("button", name="Let").click()
