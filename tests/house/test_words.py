"""Nothing that the product prints claims what nobody can claim.

HIPAA in force sets almost no numbers; a proposal is no law; no program makes anybody compliant.
"""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
SAID = ("rules", "evidence", "agent", "controller", "docs", "packaging")
ENDINGS = {".py", ".yaml", ".html", ".txt", ".md", ".js", ".svg", ".json"}

NEVER = [
    r"HIPAA[- ](certified|compliant)",
    r"100 ?% (secure|safe|protected)",
    r"HIPAA requires? (\d|fifteen|thirty|a lock|14|15)",
    r"required (under|by) the new HIPAA",
    r"FIPS[- ](compliant|validated)",
    r"no (breach|notification needed)\b",
    r"de-identified under",
]
# Where the words stand as what is not to be said.
ABOUT_THEM = {"docs/decisions", "rules/controls.yaml", "rules/language"}


def pages() -> list[Path]:
    return [
        path
        for folder in SAID
        for path in (HOUSE / folder).rglob("*")
        if path.suffix in ENDINGS
        and not any(part in str(path.relative_to(HOUSE)) for part in ABOUT_THEM)
    ] + [HOUSE / "README.md"]


@pytest.mark.parametrize("words", NEVER)
def test_no_text_says_what_cannot_be_said(words) -> None:
    saying = re.compile(words, re.IGNORECASE)
    found = [
        f"{path.relative_to(HOUSE)}: {match.group()}"
        for path in pages()
        for match in saying.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_words_are_looked_for_where_people_read() -> None:
    assert len(pages()) > 20
    assert re.search(NEVER[0], "You are HIPAA compliant", re.IGNORECASE)
