"""Every page of a practice of 20,000 machines: nothing that axe, the screen or the policy refuses.

Looked at on the desk and the phone, in light and dark, and on paper. It takes a minute or two, so
it runs where DENTINEL_REQUIRE names `large`. Its pages are those of the router.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from benchmarks.large_practice import LARGE, WHO
from tests.browser.conftest import HOUSE, Person, Site, serving
from tests.browser.test_looks import DESK, OF_A_LOOK, PHONE, STANDARDS, axe, stands, swept, too_wide

is_asked_for = "large" in os.environ.get("DENTINEL_REQUIRE", "").split(",")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("large"),
    pytest.mark.skipif(
        not is_asked_for, reason=f"{LARGE:,} machines take minutes: DENTINEL_REQUIRE=large"
    ),
]

SHEET = (688, 1000)
"""What A4 leaves between our margins, in pixels of CSS."""


@dataclass(frozen=True)
class Large:
    """A controller that serves the large practice, and where its pages are."""

    site: Site
    slug: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def large(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    home = tmp_path_factory.mktemp("large") / "controller"
    program = [sys.executable, str(HOUSE / "tests/browser/large.py"), str(home)]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    made = subprocess.run(program, check=True, cwd=HOUSE, env=environment, capture_output=True)
    with serving(home) as site:
        yield Large(site=site, **json.loads(made.stdout.splitlines()[-1]))


@pytest.fixture
def site(large: Large) -> Site:
    """The one that `person` sits at."""
    return large.site


def in_every_look(person: Person) -> dict[str, list[str]]:
    """The faults of a page on the desk and the phone, in light and dark, and on paper."""
    found = {}
    for name, size, scheme, only in (
        ("desk, light", DESK, "light", STANDARDS),
        ("desk, dark", DESK, "dark", OF_A_LOOK),
        ("phone, light", PHONE, "light", OF_A_LOOK),
        ("phone, dark", PHONE, "dark", OF_A_LOOK),
    ):
        stands(person, size, scheme)
        found[name] = [*axe(person, *only), *too_wide(person)]
    stands(person, SHEET)
    person.page.emulate_media(media="print")
    found["paper"] = too_wide(person)
    person.page.emulate_media(media="screen")
    stands(person, DESK)
    return {name: said for name, said in found.items() if said}


def test_every_page_of_a_large_practice_looks_right(person: Person, large: Large) -> None:
    person.signs_in(WHO, large.slug)

    assert len(large.pages) > 40
    assert swept(person, list(large.pages.values()), in_every_look) == {}
