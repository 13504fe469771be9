"""A family is seen whole on its list: a member that nobody named would silently not run."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
FAMILIES = (
    "rules/facts",
    "rules/language/forms",
    "rules/workbench/reports",
    "agent/facts",
    "agent/probes",
    "agent/imaging/formats",
    "agent/cli/outputs",
    "controller/alerts/channels",
    "controller/exports/tables",
    "controller/paperwork/registers",
    "controller/jobs",
)
# What every family may hold beside its members.
FRAME = {
    "__init__",
    "base",
    "columns",
    "keys",
    "index",
    "scopes",
    "types",
    "record",
    "form",
    "goals",
    "describe",
    "confirmed",
    "real",
    "memory",
    "gather",
    "question",
    "kept",
    "listening",
    "main",
    "calls",
    "processes",
    "on_linux",
    "on_macos",
    "on_windows",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_stands_on_the_list(family) -> None:
    folder = HOUSE / family
    members = {path.stem for path in folder.glob("*.py")} - FRAME
    members |= {path.parent.name for path in folder.glob("*/__init__.py")} - FRAME
    lists = [folder / "index.py", *folder.glob("on_*.py")]
    listed = "".join(path.read_text(encoding="utf-8") for path in lists)
    assert members
    assert {name for name in members if not re.search(rf"\b{name}\b", listed)} == set()
