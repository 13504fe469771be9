"""A .deb: the same bytes from the same tree, and scripts that know what may be installed."""

import subprocess
import time
from pathlib import Path

import pytest

from shipping import deb, rpm
from shipping.products import AGENT, ARCHES, CONTROLLER, PRODUCTS, VERSION
from shipping.programs import Failed

EPOCH = "1700000000"


@pytest.fixture(autouse=True)
def release_day(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)


def tree(at: Path, *names: str) -> Path:
    """A small tree whose files came in this order, and now."""
    root = at / "root"
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n")
    for path in (root, *root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return root


NAMES = ("opt/dentinel/pyvenv.cfg", "usr/bin/dentinel", "usr/share/doc/dentinel/copyright")


@pytest.mark.parametrize("build", [deb.build, rpm.build], ids=["deb", "rpm"])
def test_the_same_tree_gives_the_same_bytes(build, tmp_path, needs) -> None:
    needs("rpmbuild" if build is rpm.build else "dpkg-deb")
    made = []
    for number, names in enumerate((NAMES, NAMES[::-1])):
        at, out = tmp_path / f"{number}", tmp_path / f"out{number}"
        out.mkdir()
        made.append(build(AGENT, ARCHES["amd64"], tree(at, *names), 1, out).read_bytes())
        time.sleep(1.1)

    assert made[0] == made[1]


def test_a_package_says_what_it_needs(tmp_path, needs) -> None:
    made = deb.build(AGENT, ARCHES["arm64"], tree(tmp_path, *NAMES), 3, tmp_path)
    said = subprocess.run(
        [needs("dpkg-deb"), "--info", made], capture_output=True, text=True, check=True
    ).stdout

    assert f"Version: {VERSION}-3\n" in said
    assert "Architecture: arm64\n" in said
    assert "Depends: python3.11 " in said


def test_all_in_it_belongs_to_root(tmp_path, needs) -> None:
    made = deb.build(AGENT, ARCHES["amd64"], tree(tmp_path, *NAMES), 1, tmp_path)
    listed = subprocess.run(
        [needs("dpkg-deb"), "--contents", made], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert {line.split()[1] for line in listed} == {"root/root"}


def script(product, name: str, at: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a script of a package as dpkg would, on a machine without systemd."""
    text = deb.script(product, name, f"{VERSION}-1")
    path = at / name
    path.write_text(text)
    return subprocess.run(["sh", path, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_an_older_release_is_refused_with_a_sentence(product, tmp_path, needs) -> None:
    needs("dpkg")
    done = script(product, "preinst", tmp_path, "upgrade", "9.0.0-1")

    assert done.returncode == 1
    assert f"{product.name} {VERSION}-1 is older than 9.0.0-1" in done.stderr
    assert f"apt-get purge {product.name}" in done.stderr


@pytest.mark.parametrize(
    "words", [("install",), ("upgrade", "0.0.9-1"), ("upgrade", f"{VERSION}-1")]
)
def test_a_newer_release_and_the_same_are_taken(words, tmp_path, needs) -> None:
    needs("dpkg")

    assert script(AGENT, "preinst", tmp_path, *words).returncode == 0


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
@pytest.mark.parametrize("name", ["preinst", "postinst", "prerm", "postrm"])
def test_a_shell_reads_every_script(product, name, tmp_path) -> None:
    path = tmp_path / name
    path.write_text(deb.script(product, name, "1-1"))

    assert subprocess.run(["sh", "-n", path], check=False).returncode == 0


def test_a_tool_that_is_missing_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Failed, match="dpkg-deb is not on this machine: install it"):
        deb.build(AGENT, ARCHES["amd64"], tree(tmp_path, *NAMES), 1, tmp_path)


def test_what_is_removed_leaves_its_state_and_what_is_purged_does_not() -> None:
    removed = deb.script(AGENT, "prerm", "1-1").rpartition("\n\n")[2]
    purged = deb.script(AGENT, "postrm", "1-1").rpartition("\n\n")[2]

    assert "purged" not in removed
    assert "purge) purged" in purged


def test_every_unit_of_a_product_is_there_and_no_other() -> None:
    folder = Path(deb.LINUX)
    listed = {*AGENT.units, *CONTROLLER.units}

    assert listed == {
        path.name for path in folder.iterdir() if path.suffix in (".service", ".path")
    }
