"""A large number is written so that it can be read: `12,345`, on every page and in no table."""

import re

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from controller.exports.tables.controls import plain
from controller.findings.models import ClinicRule
from controller.fleet.models import Machine
from controller.pages.templatetags.words import number
from tests.controller.bright_smiles import Practice
from tests.controller.pages.test_tenancy import ROUTES

PAGES = ("fleet", "clinic", "machines", "clinic-machines", "rules", "rule", "clinic-rule", "open")
# What is no count: an address, code, a time, what a machine calls itself.
NO_COUNTS = re.compile(
    r"<(code|time|head|footer|svg|option|pre|dialog)\b.*?</\1>|<p class=\"running\">.*?</p>",
    re.DOTALL,
)
BARE = re.compile(r"(?<![\w.,:/-])\d{4,}(?![\w-])")
COUNTED = re.compile(r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})+(?![\w-])")


@pytest.fixture
def crowded(north_quay: Practice) -> Practice:
    """The same practice with five thousand of each that was one."""
    rows = ClinicRule.objects.at(north_quay.place)
    columns = [one.name for one in ClinicRule._meta.fields if one.name.startswith("n_")]
    rows.update(**{name: F(name) * 5_000 for name in columns})
    counts = ("n_pass", "n_fail", "n_error", "n_unknown", "n_na")
    machines = Machine.objects.at(north_quay.place)
    machines.update(**{name: F(name) * 5_000 for name in counts})
    return north_quay


@pytest.mark.parametrize("page", PAGES)
def test_no_count_of_thousands_stands_without_its_separators(
    page: str, dr_lee: Client, crowded: Practice
) -> None:
    html = dr_lee.get(reverse(page, kwargs=ROUTES[page](crowded))).content.decode()

    text = re.sub(r"<[^>]+>", " ", NO_COUNTS.sub(" ", html))
    assert [one for one in BARE.findall(text) if not one.startswith(("19", "20"))] == []
    assert COUNTED.search(text) or page in ("rule", "clinic-rule")


@pytest.mark.parametrize("n", [0, 7, 999, 1_000, 1_234_567])
def test_a_table_takes_back_what_a_sentence_separates(n: int) -> None:
    assert plain(f"{number(n)} of 12,345, not 1, 2 or 3") == f"{n} of 12345, not 1, 2 or 3"
