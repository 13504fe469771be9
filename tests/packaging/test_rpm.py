"""The .rpm in a tree of its own, by rpm itself: what comes, what is refused, what stays.

Twice: a small package in an empty tree, where there is no shell for scripts, and what was built
(DENTINEL_PACKAGES) in a Debian that nobody has booted, where all scripts run and no systemd does.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shipping import rpm
from shipping.products import AGENT, ARCHES, CONTROLLER, VERSION
from tests.packaging.machine import laid

NAMES = ("opt/dentinel/pyvenv.cfg", "usr/bin/dentinel", "usr/share/doc/dentinel/copyright")
# Debian's rpm says that packages of a Debian are not rpm's; systemd-sysusers names the new user.
_ASIDE = ("rpm: ", "Creating ")
DR_LEE = "dr_lee@bright-smiles.example"
SHELLS = ("--nopost", "--nopreun", "--nopostun", "--noposttrans")


class Tree:
    """A folder that stands for /, and rpm's own list of what is in it."""

    def __init__(self, root: Path, program: str, *always: str) -> None:
        self.root = root
        self._words = [program, "--root", str(root), "--define", "_dbpath /var/lib/rpm"]
        self._always = always
        self.began = self.files()

    def rpm(self, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """What rpm does with it, without a word of what this machine has installed."""
        always = self._always if words[0] in ("--upgrade", "--erase") else ()
        return subprocess.run(
            [*self._words, *words, *always],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **more},
        )

    def done(self, *words: str | Path, **more: str) -> str:
        """What it printed; it must succeed and complain of nothing."""
        did = self.rpm(*words, **more)
        said = [line for line in did.stderr.splitlines() if not line.startswith(_ASIDE)]
        assert (did.returncode, said) == (0, []), f"{words}\n{did.stdout}\n{did.stderr}"
        return did.stdout

    def files(self) -> set[str]:
        """Everything in it but what rpm keeps for itself."""
        names = {f"/{path.relative_to(self.root)}" for path in self.root.rglob("*")}
        return {name for name in names if not name.startswith("/var/lib/rpm")}


def small(at: Path, revision: int) -> Path:
    """A package of a few files, and the one that says which release it is."""
    root = at / f"tree{revision}" / "root"
    for name in (*NAMES, AGENT.release.lstrip("/")):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{VERSION}-{revision}\n")
    (root / "etc/dentinel").mkdir(parents=True)
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return rpm.build(AGENT, ARCHES["amd64"], root, revision, at)


@pytest.fixture
def empty(tmp_path: Path, needs: Callable[[str], str], monkeypatch) -> Tree:
    """A tree in which nothing is, not even a shell."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    needs("rpmbuild")
    if os.geteuid() != 0:
        pytest.skip("rpm changes its root as root alone")
    root = tmp_path / "empty"
    root.mkdir()
    return Tree(root, needs("rpm"), "--nodeps", *SHELLS)


def test_all_of_it_comes_into_an_empty_tree_and_is_roots(empty: Tree, tmp_path: Path) -> None:
    empty.done("--upgrade", small(tmp_path, 1))

    assert {f"/{name}" for name in NAMES} < empty.files()
    assert empty.done("--verify", "--nodeps", "dentinel") == ""
    said = empty.done(
        "--query", "--queryformat", "[%{FILEUSERNAME}:%{FILEGROUPNAME}\n]", AGENT.name
    )
    assert set(said.split()) == {"root:root"}


def test_a_newer_one_takes_its_place(empty: Tree, tmp_path: Path) -> None:
    empty.done("--upgrade", small(tmp_path, 1))
    empty.done("--upgrade", small(tmp_path, 2))

    assert empty.done("--query", AGENT.name) == f"dentinel-{VERSION}-2.x86_64\n"


def test_an_older_one_is_refused_with_a_sentence_even_where_rpm_is_told(
    empty: Tree, tmp_path: Path
) -> None:
    empty.done("--upgrade", small(tmp_path, 2))
    done = empty.rpm("--upgrade", "--oldpackage", small(tmp_path, 1))

    assert done.returncode != 0
    assert f"dentinel {VERSION}-1 is older than {VERSION}-2" in done.stderr
    assert "rpm --erase dentinel" in done.stderr
    assert empty.done("--query", AGENT.name) == f"dentinel-{VERSION}-2.x86_64\n"


def test_one_that_is_older_than_what_was_removed_is_refused(empty: Tree, tmp_path: Path) -> None:
    removed = empty.root / AGENT.removed.lstrip("/")
    removed.parent.mkdir(parents=True)
    removed.write_text(f"{VERSION}-10\n")
    done = empty.rpm("--upgrade", small(tmp_path, 9))

    assert done.returncode != 0
    assert f"is older than {VERSION}-10" in done.stderr
    empty.done("--upgrade", small(tmp_path, 11))


def test_what_is_erased_leaves_what_a_person_has_written(empty: Tree, tmp_path: Path) -> None:
    empty.done("--upgrade", small(tmp_path, 1))
    settings = empty.root / "etc/dentinel/agent.toml"
    settings.write_text("")
    empty.done("--erase", AGENT.name)

    assert {name for name in empty.files() if "dentinel" in name} == {
        "/etc/dentinel",
        "/etc/dentinel/agent.toml",
    }


@pytest.fixture(scope="module")
def op2(
    packages: Path, tmp_path_factory: pytest.TempPathFactory, needs: Callable[[str], str]
) -> Iterator[Tree]:
    """A system that nobody has booted; what the package needs is there, and rpm knows it not."""
    program = needs("rpm")
    with laid(tmp_path_factory.mktemp("op2")) as root:
        yield Tree(root, program, "--nodeps")


def built(packages: Path, revision: int = 1) -> Path:
    folder = packages if revision == 1 else packages / "next"
    return folder / f"dentinel-{VERSION}-{revision}.x86_64.rpm"


def inside(tree: Tree, script: str) -> str:
    """What a script prints that has the tree as its root."""
    words = ["chroot", str(tree.root), "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin", "sh", "-c"]
    done = subprocess.run([*words, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


STATE = "cd /var/lib/dentinel && stat -c '%n %U:%G:%a' identity outbox courier && cat own"


@pytest.mark.slow
def test_a_system_that_sleeps_takes_it_and_its_scripts(op2: Tree, packages: Path) -> None:
    op2.done("--upgrade", built(packages), DENTINEL_JOIN="dentinel1.a.b@controller.lan:8443")

    assert op2.done("--verify", "--nodeps", AGENT.name) == ""
    assert inside(op2, "dentinel --version") == f"dentinel {VERSION}"
    assert inside(op2, "systemctl is-enabled dentinel-guard.service") == "enabled"
    assert inside(op2, "stat -c %U:%a /etc/dentinel/join") == "root:600"
    assert inside(op2, "stat -c %U:%G:%a /var/lib/dentinel/outbox") == "root:dentinel:2770"


@pytest.mark.slow
def test_the_controllers_makes_a_practice_and_leaves_it_when_it_goes(
    op2: Tree, packages: Path
) -> None:
    home = "/var/lib/dentinel-controller"
    before = op2.files()
    op2.done("--upgrade", packages / f"{CONTROLLER.name}-{VERSION}-1.x86_64.rpm")
    said = inside(op2, f'dentinel-controller init --org "North Quay IT" --email {DR_LEE} 2>&1')

    assert op2.done("--verify", "--nodeps", CONTROLLER.name) == ""
    assert inside(op2, "systemctl is-enabled dentinel-controller.service") == "enabled"
    assert inside(op2, f"stat -c %U:%a {home} {home}/keys/seed").split() == [
        "dentinel-controller:700",
        "dentinel-controller:600",
    ]
    assert "http://localhost:8444/link/" in said, "where the first person goes first"
    op2.done("--erase", CONTROLLER.name)
    left = {name for name in op2.files() - before if not name.endswith("-")}
    assert {
        name for name in left if not name.startswith((home, "/etc/dentinel-controller"))
    } == set()
    assert f"{home}/keys/seed" in left


@pytest.mark.slow
def test_an_upgrade_leaves_what_it_knows_as_it_is(op2: Tree, packages: Path) -> None:
    inside(op2, "echo mine > /var/lib/dentinel/own")
    before = inside(op2, STATE)
    op2.done("--upgrade", built(packages, 2))

    assert inside(op2, STATE) == before
    assert op2.done("--query", AGENT.name).strip() == f"dentinel-{VERSION}-2.x86_64"
    assert inside(op2, "systemctl is-enabled dentinel-guard.service") == "enabled"


@pytest.mark.slow
def test_the_release_before_is_refused(op2: Tree, packages: Path) -> None:
    done = op2.rpm("--upgrade", "--oldpackage", built(packages))

    assert done.returncode != 0
    assert f"is older than {VERSION}-2" in done.stderr
    assert op2.done("--verify", "--nodeps", AGENT.name) == ""


@pytest.mark.slow
def test_one_that_was_cut_off_is_mended_by_doing_it_again(op2: Tree, packages: Path) -> None:
    before = inside(op2, STATE)
    again = ("--upgrade", "--replacepkgs", "--replacefiles", built(packages, 2))
    for seconds in (0.2, 0.6, 1.5):
        words = [*op2._words, *again, "--nodeps"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        process.wait()
        time.sleep(1.1)  # rpm names what it unpacks by the second
        op2.done(*again)

        assert op2.done("--verify", "--nodeps", AGENT.name) == "", seconds
        assert op2.done("--query", AGENT.name).strip() == f"dentinel-{VERSION}-2.x86_64"
    assert inside(op2, STATE) == before


@pytest.mark.slow
def test_what_is_erased_leaves_its_state_alone(op2: Tree, packages: Path) -> None:
    op2.done("--erase", AGENT.name)

    left = op2.files() - op2.began
    # The user stays, since it owns what stays: systemd has locked its list, and kept the last.
    asked = ("/var/lib/dentinel", "/etc/dentinel", "/etc/.pwd.lock")
    assert {name for name in left if not name.startswith(asked) and name[-1] != "-"} == set()
    assert inside(op2, "cat /etc/dentinel/.removed") == f"{VERSION}-2"
    assert inside(op2, "cat /var/lib/dentinel/own") == "mine"
    refused = op2.rpm("--upgrade", built(packages))
    assert f"is older than {VERSION}-2" in refused.stderr
