"""What the documents show works when it is typed, and what they name is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PAGES = sorted([*(HOUSE / "docs").glob("*.md"), *HOUSE.glob("*.md")])


def dentinel(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent.cli.app", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def our_practice(tmp_path) -> Path:
    """The pack that docs/rules.md writes, as a person would copy it."""
    page = (HOUSE / "docs/rules.md").read_text(encoding="utf-8")
    rules, pack, tests = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    folder = tmp_path / "our-practice"
    folder.mkdir()
    for name, text in (("disks", rules), ("pack", pack), ("disks_test", tests)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_pack_of_the_rules_page_is_sound_tested_and_builds(our_practice) -> None:
    for words in (["rules", "check"], ["rules", "test"], ["pack", "build", "-o", "built"]):
        done = dentinel(*words, "our-practice", cwd=our_practice.parent)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (our_practice.parent / "built/1.0.0.json").is_file()


def test_what_the_rules_page_types_on_a_machine_works(our_practice) -> None:
    page = (HOUSE / "docs/rules.md").read_text(encoding="utf-8")
    typed = re.findall(r"^\$ dentinel ([^#>\n]+)(?:> (\S+))?", page, re.MULTILINE)
    assert len(typed) >= 4
    for words, target in typed:
        done = dentinel(*words.split(), cwd=our_practice.parent)
        assert done.returncode in (0, 1, 3), done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        if target:
            (our_practice.parent / target).write_text(done.stdout, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_named_files_are_there(page) -> None:
    text = page.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(r"`((?:tests|packaging|docs|benchmarks|rules|agent)/[\w/.-]+)`", text)
    missing = [name for name in linked if not (page.parent / name).exists()]
    missing += [name for name in named if not (HOUSE / name).exists() and "x.py" not in name]
    assert missing == []


def test_every_document_stands_in_their_list() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)", (HOUSE / "docs/README.md").read_text("utf-8")))
    assert {page.name for page in (HOUSE / "docs").glob("*.md")} - {"README.md"} == listed


def test_each_decision_has_a_number_of_its_own() -> None:
    pages = sorted((HOUSE / "docs/decisions").glob("[0-9]*.md"))
    numbers = [page.name[:4] for page in pages]
    assert numbers == sorted(set(numbers))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]} ")
