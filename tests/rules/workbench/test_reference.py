"""The reference says what the code says, and nothing that the code does not."""

import re
from pathlib import Path

import pytest

from rules.compiled.catalogue import PARAM_TYPES, facts, items
from rules.compiled.codes import MEANINGS
from rules.language.forms.index import FORMS
from rules.language.functions import FUNCTIONS
from rules.workbench.reference.__main__ import main
from rules.workbench.reference.language import TYPES, limited
from rules.workbench.reference.pages import pages
from rules.workbench.reference.problems import GROUPS

FOLDER = Path(__file__).parents[3] / "docs" / "reference"
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_makes_of_it_today(name) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run: make docs"


def test_no_page_stands_beside_those_that_are_made() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


def test_every_field_of_every_fact_is_told() -> None:
    records = [of for of in facts().values() if hasattr(of, "fields")]
    for record in [*records, *items().values()]:
        for field in record.fields:
            assert f".{field.name}`" in PAGES["facts.md"]


def test_every_problem_stands_under_its_group() -> None:
    assert {identifier[:3] for identifier in MEANINGS} == set(GROUPS)
    for identifier in MEANINGS:
        assert f"### {identifier}\n" in PAGES["problems.md"]


def test_every_form_function_type_and_limit_is_told() -> None:
    assert TYPES.keys() == PARAM_TYPES.keys()
    assert all(f"## {form}\n" in PAGES["files.md"] for form in FORMS)
    assert all(f"`{one.written}`" in PAGES["language.md"] for one in FUNCTIONS)
    assert all(about.endswith(".") for _, about in limited())


@pytest.mark.parametrize("name", PAGES)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(name) -> None:
    width = 0
    for line in PAGES[name].splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert cells in (0, width) or width == 0, line
        width = cells


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name) -> None:
    heads = {
        re.sub(r"[^a-z0-9_ -]", "", head.lower()).strip().replace(" ", "-")
        for head in re.findall(r"^#+ (.*)$", PAGES[name], re.MULTILINE)
    }
    for link in re.findall(r"\]\(([^)]+)\)", PAGES[name]):
        if link.startswith("#"):
            assert link[1:] in heads
        else:
            assert (FOLDER / link).is_file()


def test_the_pages_are_written_where_they_are_asked_for(tmp_path, capsys) -> None:
    assert main([str(tmp_path / "made")]) == 0
    assert {path.name for path in (tmp_path / "made").iterdir()} == set(PAGES)
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == 1
    assert "cannot be written" in capsys.readouterr().err
