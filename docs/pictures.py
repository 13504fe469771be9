"""`make pictures`: the pictures of the README, taken of both demos.

This machine's page is true; the practices are made up, and say so.
"""

import sys
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from controller.cli.demo import story
from controller.cli.demo.msp import stage
from controller.cli.demo.msp.stage import Told

CHROMIUM = "/usr/lib/chromium/chromium"
IMAGES = Path(__file__).parent / "images"
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}, "device_scale_factor": 1.25}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 2}
SHOWN: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("technician", DESK, "fleet", ""),
    ("owner", PHONE, "owner", ""),
    ("auditor", DESK, "controls", "controls/"),
)
"""Who looks, on what, the name of the picture, and the page below where he starts."""


def main() -> None:
    """Play both demos once, and photograph what a person would open first.

    Each in a process of its own, for Django knows one controller in a process. SystemExit if one
    of them fails.
    """
    IMAGES.mkdir(exist_ok=True)
    for demo in (this_machine, the_practices):
        child = get_context("spawn").Process(target=demo)
        child.start()
        child.join()
        if child.exitcode:
            sys.exit(f"{demo.__name__} failed: see above")


def this_machine() -> None:
    """The demo of the machine that this runs on."""
    with story.throw_away() as folder, story.staged(folder) as one, story.played(one):
        machine(one)


def the_practices() -> None:
    """The demo of the made-up practices."""
    with story.throw_away() as folder, stage.told(folder, print, lambda _done, _of: None) as told:
        practices(told)


def machine(one: story.Stage) -> None:
    """The machine that the demo runs on, with one failing rule open."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(**DESK)
        page.goto(one.practice.person_link)
        page.goto(one.practice.address + one.machine_path)
        page.locator("#rule-volumes-encrypted > summary").click()
        page.screenshot(path=IMAGES / "machine.png")
        chromium.close()


def practices(told: Told) -> None:
    """All practices on a desk, one on its owner's phone, its controls as an auditor sees them."""
    links = {person.key: (person, link) for person, link in told.links}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for key, size, name, under in SHOWN:
            person, link = links[key]
            page = chromium.new_context(**size).new_page()
            page.goto(link)
            page.goto(told.address + told.path(person) + under)
            page.screenshot(path=IMAGES / f"{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
