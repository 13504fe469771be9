"""Root at the shell acts on a controller's home as the user who owns it, and never as root."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

OWNER, GROUP = 54321, 54322
SCRIPT = Path(__file__).parents[2] / "packaging/linux/dentinel-controller.sh"
pytestmark = [
    pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="root alone can become others"),
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="it is of util-linux"),
]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into, unlike those of the tests."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def command(open_folder: Path) -> Path:
    """The command as installed, with a program that says who runs it, and on which home."""
    program = open_folder / "program"
    program.write_text('#!/bin/sh\necho "$(id -u) $(id -G) ${DENTINEL_CONTROLLER_HOME:-none} $*"\n')
    script = open_folder / "dentinel-controller"
    text = SCRIPT.read_text(encoding="utf-8")
    script.write_text(
        text.replace("/opt/dentinel-controller/bin/dentinel-controller", str(program))
    )
    program.chmod(0o755)
    script.chmod(0o755)
    return script


@pytest.fixture
def home(open_folder: Path) -> Path:
    """A home that somebody else owns."""
    home = open_folder / "a home"
    home.mkdir()
    os.chown(home, OWNER, GROUP)
    return home


def said(command: Path, *words: str, **environment: str) -> str:
    whole = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(
        [command, *words], capture_output=True, text=True, check=True, env=whole, cwd="/"
    )
    return done.stdout.strip()


@pytest.mark.parametrize("form", ["--home {}", "--home={}"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_home_that_is_named_is_looked_at_by_its_owner(
    form: str, place: str, command: Path, home: Path
) -> None:
    named = [word.format(home) for word in form.split(" ")]
    words = [*named, "doctor"] if place == "before" else ["doctor", *named]

    assert said(command, *words) == f"{OWNER} {GROUP} {home} {' '.join(words)}"


@pytest.mark.parametrize("name", ["DENTINEL_CONTROLLER_HOME", "DENTINEL_HOME"])
def test_so_is_one_of_the_environment(name: str, command: Path, home: Path) -> None:
    assert said(command, "doctor", **{name: str(home)}) == f"{OWNER} {GROUP} {home} doctor"


def test_a_link_to_it_is_its_owners_too(command: Path, home: Path) -> None:
    link = home.with_name("link")
    link.symlink_to(home)

    assert said(command, "--home", str(link), "doctor").startswith(f"{OWNER} {GROUP} ")


def test_a_home_that_is_roots_or_not_there_yet_is_made_by_root(
    command: Path, tmp_path: Path
) -> None:
    assert said(command, "--home", str(tmp_path), "init").startswith("0 ")
    assert said(command, "--home", str(tmp_path / "new"), "init").startswith("0 ")
