"""The controller's home on Windows is shut from its first instant, and then looked at whose it is.

By the words of the script: it has never run (docs/install.md says so).
"""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "packaging/windows/Install-Controller.ps1").read_text()
# Windows' own words for SYSTEM, Administrators and LOCAL SERVICE (SDDL).
ALLOWED = {"SY", "BA", "LS"}


def test_the_home_is_made_with_its_access_list() -> None:
    (listed,) = re.findall(r'SetSecurityDescriptorSddlForm\("([^"]+)"\)', TEXT)
    owner, entries = listed.split("D:")

    assert owner == "O:BAG:BA"
    assert entries.startswith("P("), "nothing is inherited"
    assert set(re.findall(r";;;(\w+)\)", entries)) == ALLOWED
    for made in ("CreateDirectory($StateDir, $shut)", "($StateDir), $shut)"):
        assert made in TEXT
    assert "New-Item -ItemType Directory" not in TEXT, "it would inherit for a moment"


def test_whose_it_is_is_looked_at_after_it_is_there() -> None:
    """Before that somebody else could still make it."""
    made, looked = TEXT.rindex("$StateDir, $shut"), TEXT.index("GetOwner(")

    assert made < looked < TEXT.index("icacls $StateDir")
    assert re.search(r"^\$owner = ", TEXT, re.MULTILINE), "whether it was made now or was there"
