"""OpenSCAP with ComplianceAsCode's content for Debian, as a peer on this very machine.

Debian 12 ships content for Debian 11 alone, which declares every rule not applicable elsewhere.
A copy without that one line is evaluated, so that the peer does its work; rules that it holds for
a whole machine alone stay not applicable inside a container, as it decides.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

CONTENT = Path("/usr/share/xml/scap/ssg/content")
PROFILE = "xccdf_org.ssgproject.content_profile_anssi_np_nt28_high"
_RELEASE = '<xccdf-1.2:platform idref="cpe:/o:debian:debian_linux:{}"/>'
_WHOLE = '<xccdf-1.2:platform idref="#machine"/>'
_RULE = "xccdf_org.ssgproject.content_rule_"
_XCCDF = "{http://checklists.nist.gov/xccdf/1.2}"


def missing() -> str:
    """Why this peer cannot be asked here; empty if it can."""
    if shutil.which("oscap") is None:
        return "openscap-scanner is not installed here"
    return "" if any(CONTENT.glob("ssg-debian*-ds.xml")) else "ssg-debian is not installed here"


def content(folder: Path, *, anywhere: bool = False) -> Path:
    """The newest content for Debian, copied to `folder` for whichever release runs here.

    `anywhere`: also what it holds for a whole machine alone is judged inside a container.
    """
    newest = max(CONTENT.glob("ssg-debian*-ds.xml"))
    release = newest.name.removeprefix("ssg-debian").removesuffix("-ds.xml")
    copied = folder / newest.name
    text = newest.read_text(encoding="utf-8").replace(_RELEASE.format(release), "")
    text = text.replace(_WHOLE, "") if anywhere else text
    copied.write_text(text, encoding="utf-8")
    return copied


def command(copied: Path, *more: str) -> list[str]:
    """How it judges this machine by its profile for enforced hardening."""
    return ["oscap", "xccdf", "eval", "--profile", PROFILE, *more, str(copied)]


def results(copied: Path, rules: Sequence[str] = ()) -> dict[str, str]:
    """What it says: rule without its prefix → pass, fail, notapplicable, notchecked, …

    All rules of the profile, or each of those named by itself, also if the profile leaves it out.
    A rule that its content does not have is not in the answer.
    """
    if not rules:
        return _asked(copied, "--profile", PROFILE)
    return {
        name: said
        for rule in rules
        for name, said in _asked(copied, "--rule", _RULE + rule).items()
        if name == rule
    }


def _asked(copied: Path, *words: str) -> dict[str, str]:
    written = copied.with_suffix(".results")
    written.unlink(missing_ok=True)
    line = ["oscap", "xccdf", "eval", *words, "--results", str(written), str(copied)]
    subprocess.run(line, capture_output=True, check=False)
    if not written.exists():
        return {}
    return {
        one.get("idref", "").removeprefix(_RULE): said
        for one in ElementTree.parse(written).iter(f"{_XCCDF}rule-result")
        if (said := one.findtext(f"{_XCCDF}result", "")) != "notselected"
    }
