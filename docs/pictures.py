"""`make pictures`: the pictures of the README, taken of a real demo on this machine."""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from controller.cli.demo import story

CHROMIUM = "/usr/lib/chromium/chromium"
IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Play the demo once and photograph the machine's page with one failing rule open."""
    IMAGES.mkdir(exist_ok=True)
    with (
        story.throw_away() as folder,
        story.staged(folder) as stage,
        story.played(stage),
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
        page.goto(stage.practice.person_link)
        take(page, stage.practice.address + stage.practice.clinic_path, "clinic")
        page.goto(stage.practice.address + stage.machine_path)
        page.locator("#rule-volumes-encrypted > summary").click()
        page.screenshot(path=IMAGES / "machine.png")
        chromium.close()


def take(page: Page, address: str, name: str) -> None:
    """One page as it opens."""
    page.goto(address)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
