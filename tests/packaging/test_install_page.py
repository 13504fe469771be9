"""Who follows docs/install.md line by line on a fresh Debian gets a practice that reports.

Its `console` blocks are typed in their order in a Debian that has just been booted, by root, to
whom `sudo` is nothing; so are the commands that its table of a package's life names. What cannot be
typed there is named here, with the test that types it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipping.products import VERSION
from tests.house.test_tutorial import BLOCK
from tests.packaging.machine import Machine, booted

PAGE = (Path(__file__).parents[2] / "docs" / "install.md").read_text(encoding="utf-8")
ELSEWHERE = {
    "make packages": "what this test is given (make try-packages)",
    "cd packaging/container": "tests/packaging/test_container.py",
    "docker compose": "tests/packaging/test_container.py",
    "PYTHONPATH=packaging python -m shipping.msi": "tests/packaging/test_msi.py",
    "DENTINEL_SIGN_PROGRAM=": "on a Mac, by nobody yet, as the page says",
}
_JOIN = "dentinel1.…@controller.lan:8443"
_HERE = 'cd /srv/packages; sudo() { "$@"; }; export DEBIAN_FRONTEND=noninteractive\n'


def typed(section: str) -> Iterator[str]:
    """The commands of a section of the page, a line that goes on with `\\` as one."""
    for block in BLOCK.finditer(section):
        for part in re.split(r"^[$#] ", block["text"], flags=re.MULTILINE)[1:]:
            yield part.replace("\\\n", " ").strip()


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.*)\n", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def named(text: str) -> list[str]:
    """What stands in the text as code and begins with a program that is typed."""
    found = re.findall(r"`([^`\n]+)`", text)
    return [
        one
        for one in found
        if one.startswith(("apt-get ", "dpkg ", "systemctl start ", "dentinel-controller "))
    ]


@pytest.fixture(scope="module")
def fresh(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A Debian that nobody has touched, with the packages, and a name for the controller to be."""
    with booted(tmp_path_factory.mktemp("page")) as machine:
        machine.takes(packages, "/srv/packages")
        machine.says("echo 127.0.0.1 controller.lan >> /etc/hosts")
        yield machine


class Reader:
    """Somebody at the machine with the page in hand."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.join = _JOIN

    def types(self, section: str) -> list[str]:
        """All that the commands of a section print; each must succeed."""
        return [
            self.machine.says(_HERE + command.replace(_JOIN, self.join))
            for command in typed(section)
            if not command.startswith(tuple(ELSEWHERE))
        ]


@pytest.fixture(scope="module")
def reader(fresh: Machine) -> Reader:
    return Reader(fresh)


@pytest.mark.slow
def test_the_controller_serves_at_the_end_of_its_section(reader: Reader) -> None:
    printed = reader.types(sections()["The controller"])

    assert "Print this sheet" in "\n".join(printed)
    assert reader.machine.says("systemctl is-active dentinel-controller") == "active"


@pytest.mark.slow
def test_the_agent_joins_and_reports_at_the_end_of_its_section(reader: Reader) -> None:
    made, rest = sections()["The agent, silently"].split("prints a join string", 1)
    (printed,) = reader.types(made)
    (reader.join,) = re.findall(r"dentinel1\.\S+@controller\.lan:8443", printed)
    install, look = rest.split("Which folders hold X-rays", 1)
    reader.types(install)
    reader.machine.comes("dentinel status --format json | grep -q '\"waiting\": 0'")

    *told, status = list(typed(look))
    for command in told:
        reader.machine.comes(_HERE + command)  # the guard is told of the folder, and looks at it
    # A fresh Debian has no disk encryption: a rule fails, and the line says so.
    assert reader.machine.run(_HERE + status).returncode in {0, 1, 3}


@pytest.mark.slow
def test_every_line_of_a_packages_life_does_what_it_says(reader: Reader) -> None:
    machine = reader.machine
    again, removed, purged = named(sections()["Life"].replace("## ", ""))[:3]
    key = machine.says("sha256sum /var/lib/dentinel/identity/report.key")
    newer = f"/srv/packages/next/dentinel_{VERSION}-2_amd64.deb"
    machine.says(f"{_HERE}apt-get install -y {newer}")
    machine.says(f"{_HERE}{again}")
    machine.says(f"{_HERE}{removed} -y")
    assert machine.says("sha256sum /var/lib/dentinel/identity/report.key") == key
    machine.says(f"{_HERE}apt-get install -y {newer}")
    assert machine.says("sha256sum /var/lib/dentinel/identity/report.key") == key
    machine.says(f"{_HERE}{purged} -y")

    assert machine.run("ls -d /var/lib/dentinel /etc/dentinel /opt/dentinel").stdout == ""


def test_every_command_of_the_page_is_typed_here_or_elsewhere() -> None:
    parts = sections()
    here = {"The controller", "The agent, silently"}
    other = [command for name in parts.keys() - here for command in typed(parts[name])]

    assert [command for command in other if not command.startswith(tuple(ELSEWHERE))] == []
    assert len(BLOCK.findall(PAGE)) == PAGE.count("```") // 2
