"""A real controller with a real practice, and a real Chromium to look at it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from controller.cli.demo.processes import free_ports
from tests.browser.practice import RECOVERY_CODES
from tests.controller.bright_smiles import PASSWORD

PATIENCE_SECONDS = 60
LOCKOUT_SECONDS = 30
"""Long enough for a page to be looked at within it on a machine that is busy."""
HOUSE = Path(__file__).parents[2]
DR_LEE = "dr_lee@north-quay-it.example"
CODES = iter(RECOVERY_CODES)
"""Each signs in once; a phone's code would do so once in half a minute."""

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


@dataclass(frozen=True)
class Site:
    """A controller that serves North Quay IT: its people's listener, and its agents' port."""

    address: str
    home: Path
    agents: int

    def at(self, path: str) -> str:
        return f"{self.address}{path}"


def run(*words: str, **more: str) -> None:
    subprocess.run([sys.executable, *words], check=True, cwd=HOUSE, env={**os.environ, **more})


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("north-quay") / "controller"
    run("-m", "controller.cli.app", "--home", str(home), "init")
    run(str(HOUSE / "tests/browser/practice.py"), str(home), PYTHONPATH=str(HOUSE))
    # Short enough that a test can wait for it to end.
    lock = {"DENTINEL_CONTROLLER_LOCKOUT_SECONDS": str(LOCKOUT_SECONDS)}
    with serving(home, **lock) as made:
        yield made


@contextmanager
def serving(home: Path, **more: str) -> Iterator[Site]:
    """A controller that serves from this home, for as long as the block runs."""
    agents, people = free_ports(2)
    words = ("serve", "--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}")
    command = [sys.executable, "-m", "controller.cli.app", "--home", str(home), *words]
    with subprocess.Popen(command, cwd=HOUSE, env={**os.environ, **more}) as child:
        try:
            site = Site(f"http://localhost:{people}", home, agents)
            until = time.monotonic() + PATIENCE_SECONDS
            while not is_ready(site):
                assert child.poll() is None, "the controller ended by itself"
                assert time.monotonic() < until, "the controller was not ready in time"
                time.sleep(0.1)
            yield site
        finally:
            child.terminate()


def is_ready(site: Site) -> bool:
    try:
        with urlopen(site.at("/readyz"), timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


# A module's and no longer: while it lives, its event loop runs in this thread, and Django's tests
# after it would be refused the database.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@dataclass
class Person:
    """Somebody at a browser, and everything that it complained about."""

    page: Page
    site: Site
    complaints: list[str]
    links: dict[str, str] = field(default_factory=dict)

    def opens(self, path: str) -> None:
        self.page.goto(self.site.at(path))

    def signs_in(self, who: str = DR_LEE, practice: str = "north-quay-it") -> None:
        self.opens("/sign-in")
        self.page.get_by_label("E-mail").fill(who)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.get_by_label("Code").fill(next(CODES))
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(f"**/{practice}/")

    def machine(self, host: str) -> str:
        """The path of a machine's page."""
        return self._link("", f'section[aria-labelledby="machines"] a:text-is("{host}")')

    def waiver(self, label: str) -> str:
        """The path of a waiver's page."""
        return self._link("waivers/", f'a:text-is("{label}")')

    def record(self, kind: str, name: str = "") -> str:
        """The path of a scorecard by its month, or of the newest evidence that was made."""
        value = f'="{name}"' if name else ""
        return self._link("oversight/", f":nth-match(tr[data-{kind}{value}] th a, 1)")

    def _link(self, page: str, selector: str) -> str:
        if selector not in self.links:
            path = f"/north-quay-it/c/bright-smiles/{page}"
            if not self.page.url.endswith(path):
                self.opens(path)
            self.links[selector] = str(self.page.locator(selector).get_attribute("href"))
        return self.links[selector]


@pytest.fixture
def person(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Somebody at a desk; parametrize indirectly with width, scheme and so on."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complain(complaints, message.type, message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Person(page, site, complaints)
    context.close()


def complain(complaints: list[str], kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        complaints.append(text)
