"""The package of macOS, as far as a system can hold it that is no Mac.

Forms are read, and the scripts run in a made-up root with a stand-in for launchctl; nothing here
shows that a Mac takes any of it.
"""

import os
import plistlib
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agent.cli.checks.service import GUARD
from agent.paths import Home

HOUSE = Path(__file__).parents[2]
FOLDER = HOUSE / "packaging" / "macos"
SCRIPTS = ("guard", "uninstall", "build.sh", "scripts/preinstall", "scripts/postinstall")

KEYS = {
    "Label": str,
    "ProgramArguments": list,
    "RunAtLoad": bool,
    "KeepAlive": bool,
    "ThrottleInterval": int,
    "ExitTimeOut": int,
    "ProcessType": str,
    "LowPriorityIO": bool,
    "Nice": int,
    "WorkingDirectory": str,
    "Umask": int,
    "SoftResourceLimits": dict,
    "HardResourceLimits": dict,
    "StandardOutPath": str,
    "StandardErrorPath": str,
}
"""Of launchd.plist(5), those that we use and the type that each has."""
LIMITS = {
    *("Core", "CPU", "Data", "FileSize", "MemoryLock", "NumberOfFiles", "NumberOfProcesses"),
    *("ResidentSetSize", "Stack"),
}


@pytest.fixture
def job() -> dict:
    return plistlib.loads((FOLDER / "dentinel.guard.plist").read_bytes())


def test_launchd_knows_every_key_by_its_type(job) -> None:
    assert {name: type(value) for name, value in job.items()} == {name: KEYS[name] for name in job}
    assert {*job["SoftResourceLimits"], *job["HardResourceLimits"]} <= LIMITS
    assert job["ProcessType"] in {"Background", "Standard", "Adaptive", "Interactive"}


def test_the_job_is_the_one_that_the_doctor_asks_for(job) -> None:
    assert job["Label"] == GUARD["macos"]
    assert job["Umask"] == 0o077
    assert job["SoftResourceLimits"]["Core"] == 0


def test_what_the_job_starts_becomes_the_guard(job) -> None:
    assert job["ProgramArguments"] == ["/opt/dentinel/guard"]
    *_, pid, becomes = (FOLDER / "guard").read_text().splitlines()
    assert pid == "echo $$ >/var/run/dentinel-guard.pid"
    assert becomes == "exec /opt/dentinel/dentinel agent run"


def test_newsyslog_turns_the_log_that_launchd_writes(job) -> None:
    (line,) = [
        line.split()
        for line in (FOLDER / "newsyslog.conf").read_text().splitlines()
        if not line.startswith("#")
    ]
    log, owner, mode, count, size, when, flags, pid, signal = line

    assert log == job["StandardErrorPath"] == job["StandardOutPath"]
    assert (owner, mode, flags, signal) == ("root:wheel", "640", "J", "15")
    assert count.isdigit()
    assert size.isdigit()
    assert when == "*"
    assert pid in (FOLDER / "guard").read_text()


@pytest.mark.parametrize("name", ["entitlements.plist", "full-disk-access.mobileconfig"])
def test_the_other_lists_are_read(name: str) -> None:
    assert plistlib.loads((FOLDER / name).read_bytes())


def test_the_profile_names_the_program_that_is_signed() -> None:
    profile = plistlib.loads((FOLDER / "full-disk-access.mobileconfig").read_bytes())
    ((access,),) = [one["Services"].values() for one in profile["PayloadContent"]]

    assert access[0]["Identifier"] == "/opt/dentinel/dentinel"
    assert 'identifier "dentinel.agent"' in access[0]["CodeRequirement"]
    assert "--identifier dentinel.agent" in (FOLDER / "build.sh").read_text()


def test_the_distribution_offers_the_one_package_to_the_system_alone() -> None:
    tree = ET.fromstring((FOLDER / "Distribution.xml").read_text(encoding="utf-8"))
    outlined = {line.get("choice") for line in tree.iterfind("choices-outline/line")}
    chosen = {choice.get("id"): choice.find("pkg-ref").get("id") for choice in tree.iter("choice")}
    (package,) = tree.findall("pkg-ref")

    assert tree.tag == "installer-gui-script"
    assert outlined == set(chosen)
    assert set(chosen.values()) == {package.get("id")} == {"dentinel.agent"}
    assert package.text in (FOLDER / "build.sh").read_text()
    assert tree.find("domains").get("enable_localSystem") == "true"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_shell_can_read_every_script(name: str) -> None:
    assert (FOLDER / name).stat().st_mode & 0o111
    done = subprocess.run(["sh", "-n", FOLDER / name], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


class Mac:
    """A made-up volume: our program as a package lays it out, and a launchctl that keeps notes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = Home(root / "Library/Application Support/dentinel")
        self.notes = root / "launchctl.notes"
        self.launchctl = self._program(
            root / "launchctl",
            f'echo "$@" >>"{self.notes}"\n[ "$1" != print-disabled ] || cat "{root}/disabled"',
        )
        (root / "disabled").write_text("")

    def lay(self, version: str) -> None:
        """What pkgbuild's payload is."""
        self._program(
            self.root / "opt/dentinel/dentinel",
            f'cd "{HOUSE}" && exec {sys.executable} packaging/frozen/dentinel.py "$@"',
        )
        (self.root / "opt/dentinel/VERSION").write_text(f"{version}\n")
        for name in ("Library/LaunchDaemons/dentinel.guard.plist", "etc/newsyslog.d/dentinel.conf"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text("")

    def run(self, script: str, version: str = "0.1.0-1", *words: str):
        text = (FOLDER / script).read_text().replace("@VERSION@", version)
        path = self.root / "script"
        path.write_text(text)
        more = {"PYTHONPATH": str(HOUSE), "DENTINEL_ROOT": str(self.root), "PKGUTIL": "true"}
        return subprocess.run(
            ["sh", path, *(words or ("dentinel.pkg", "/", str(self.root)))],
            env={**os.environ, "LAUNCHCTL": str(self.launchctl), **more},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def install(self, version: str = "0.1.0-1"):
        done = self.run("scripts/preinstall", version)
        if done.returncode == 0:
            self.lay(version)
            done = self.run("scripts/postinstall", version)
        return done

    def told(self) -> list[str]:
        """What launchctl was told, and forget it."""
        said = self.notes.read_text().splitlines() if self.notes.exists() else []
        self.notes.unlink(missing_ok=True)
        return said

    @staticmethod
    def _program(path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path


@pytest.fixture
def mac(tmp_path: Path) -> Mac:
    root = tmp_path / "volume"
    root.mkdir()
    return Mac(root)


def test_an_installation_makes_the_home_and_starts_the_guard(mac: Mac) -> None:
    done = mac.install()

    assert (done.returncode, done.stderr) == (0, "")
    assert mac.home.identity.is_dir()
    plist = mac.root / "Library/LaunchDaemons/dentinel.guard.plist"
    assert mac.told()[-1] == f"bootstrap system {plist}"


def test_a_join_string_that_was_left_before_is_for_root_alone(mac: Mac) -> None:
    mac.home.root.mkdir(parents=True)
    mac.home.join.write_text("dentinel1.x@controller.lan\n")
    mac.home.join.chmod(0o644)
    mac.install()

    assert mac.home.join.read_text() == "dentinel1.x@controller.lan\n"
    assert mac.home.join.stat().st_mode & 0o777 == 0o600


def test_an_upgrade_stops_the_guard_first_and_keeps_what_is_known(mac: Mac) -> None:
    mac.install()
    mac.home.report_key.write_text("the key")
    mac.told()
    done = mac.install("0.2.0-1")

    assert done.returncode == 0
    assert mac.told()[0] == "bootout system/dentinel.guard"
    assert mac.home.report_key.read_text() == "the key"
    assert (mac.root / "opt/dentinel/VERSION").read_text() == "0.2.0-1\n"


@pytest.mark.parametrize(
    ("there", "older"), [("0.10.0-1", "0.9.9-1"), ("1.0.0-2", "1.0.0-1"), ("2.0.0-1", "1.9.0-9")]
)
def test_an_older_release_is_refused_with_a_sentence(mac: Mac, there: str, older: str) -> None:
    mac.install(there)
    mac.told()
    done = mac.install(older)

    assert done.returncode == 1
    assert f"dentinel {older} is older than {there}" in done.stderr
    assert mac.told() == []
    assert (mac.root / "opt/dentinel/dentinel").exists()


def test_the_same_release_is_installed_again(mac: Mac) -> None:
    mac.install()

    assert mac.install().returncode == 0


@pytest.mark.parametrize("word", ["disabled", "true"])
def test_what_a_person_switched_off_stays_off(mac: Mac, word: str) -> None:
    (mac.root / "disabled").write_text(f'\t"dentinel.guard" => {word}\n')
    done = mac.install()

    assert done.returncode == 0
    assert not any(said.startswith("bootstrap") for said in mac.told())


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="it is run as root")


@needs_root
def test_removal_keeps_the_identity(mac: Mac) -> None:
    mac.install()
    mac.home.report_key.write_text("the key")
    done = mac.run("uninstall", "0.1.0-1", "")

    assert done.returncode == 0
    assert "stay in" in done.stdout
    assert mac.home.report_key.exists()
    assert not (mac.root / "opt/dentinel").exists()
    assert not (mac.root / "Library/LaunchDaemons/dentinel.guard.plist").exists()


@needs_root
def test_removal_with_purge_leaves_nothing(mac: Mac) -> None:
    mac.install()
    done = mac.run("uninstall", "0.1.0-1", "--purge")

    assert done.returncode == 0, done.stderr
    left = {path.name for path in mac.root.rglob("*") if path.is_file()}
    assert left == {"launchctl", "launchctl.notes", "disabled", "script"}
    assert not mac.home.root.exists()


def test_removal_takes_no_other_word(mac: Mac) -> None:
    assert mac.run("uninstall", "0.1.0-1", "--all").returncode == 2


def test_the_build_script_asks_for_what_it_signs_with(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DENTINEL_")}
    done = subprocess.run(
        ["sh", FOLDER / "build.sh", tmp_path / "out"],
        env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "DENTINEL_SIGN_PROGRAM: names no Developer ID" in done.stderr
    assert not (tmp_path / "out").exists()
