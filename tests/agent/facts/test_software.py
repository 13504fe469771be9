"""What somebody chose to install, and which of it is dental software."""

import subprocess
from typing import Any

import pytest

from agent.facts.software import linux as software
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers import packages
from agent.readers.errors import ParseError
from rules.facts.base import Why
from rules.facts.software import App
from rules.facts.types import Version
from tests.agent.facts.clinic import DPKG, PACKAGES, STATES, about

DEBIAN = {"/var/lib/dpkg/status": "", "/var/lib/apt/extended_states": STATES}
RPM = "rpm -qa --qf %{NAME}\\t%{VERSION}-%{RELEASE}\\t%{VENDOR}\\n"


def found(files: dict[str, Any], programs: dict[str, Any]) -> list[App]:
    return list(software.linux(TreeHost(files, programs), about()).items)


def test_what_somebody_chose_is_listed_and_what_came_along_is_not() -> None:
    (one,) = found(DEBIAN, {DPKG: PACKAGES})
    assert (one.name, one.product, one.source) == ("orthanc", "orthanc", "package")
    assert (one.version, one.version_text) == (Version((1, 12, 1)), "1.12.1+dfsg-1")


def test_without_aptitudes_notes_everything_was_chosen() -> None:
    files = {"/var/lib/dpkg/status": ""}
    assert [one.name for one in found(files, {DPKG: PACKAGES})] == ["libdcmtk17", "orthanc"]


def test_red_hat_keeps_another_list() -> None:
    said = "bash\t5.1.8-9.el9\tRed Hat, Inc.\nviewer\t2023c-1\t(none)\n"
    bash, viewer = found({"/var/lib/rpm/rpmdb.sqlite": ""}, {RPM: said})
    assert (bash.vendor, bash.version) == ("Red Hat, Inc.", Version((5, 1, 8)))
    assert (viewer.vendor, viewer.version, viewer.version_text) == (None, None, "2023c-1")


def test_a_system_with_neither_says_nothing() -> None:
    with pytest.raises(HostError) as refused:
        found({}, {})
    assert refused.value.why is Why.TOOL_MISSING


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1:9.2p1-2+deb12u3", None),
        ("2.36-9+deb12u14", (2, 36)),
        ("1:2.39.5-0", (2, 39, 5)),
        ("3.6.7~rc1-1", (3, 6, 7)),
        ("20230311", (20230311,)),
        ("", None),
        ("-", None),
    ],
)
def test_the_makers_version_is_in_the_packages(text, version) -> None:
    assert packages.upstream(text) == (version and Version(version))


@pytest.mark.parametrize("said", [b"installed\tbash\n", b"installed\tbash\t5\trequired", b"\n"])
def test_a_list_that_is_cut_is_no_list(said) -> None:
    with pytest.raises(ParseError):
        packages.dpkg(said)


@pytest.mark.live
def test_the_real_list_agrees_with_dpkg(needs) -> None:
    query = needs("dpkg-query")
    words = [query, "-W", "-f", packages.DPKG_FORM]
    said = packages.dpkg(subprocess.run(words, capture_output=True, check=True).stdout)
    words = [query, "-W", "-f", "${db:Status-Abbrev}${Package}\n"]
    listed = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert {one.name for one in said} == {
        line[3:] for line in listed.splitlines() if line.startswith("ii ")
    }
